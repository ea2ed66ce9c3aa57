"""Speeds set by name, and the film that comes of it: frames by their numbers, beeps by the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.program import here
from tests.e2e.test_command_line_films import done
from tests.helpers.media import beep_times, make_film, numbers_in


def run(folder: Path, action: str, *given: str) -> dict[str, Any]:
    said = done(here("run", action, "--project", "a.insomnia", *given, "--json", cwd=folder))
    result: dict[str, Any] = said.document["result"]
    return result


def test_a_film_with_speeds_is_what_was_asked_for(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=100, beep_every=20)
    done(here("assemble", "a.insomnia", film.path, cwd=tmp_path))
    later = run(tmp_path, "timeline.split", "frame=40", "all=true")["added"]
    first = run(tmp_path, "timeline.split", "frame=20", "all=true")["added"]
    would = done(
        here(
            "run", "clip.setSpeed", "--project", "a.insomnia", f"clips={later[0]}", "speed=50%", "ripple=yes",
            "--dry-run", cwd=tmp_path,
        )
    )  # fmt: skip
    assert "plays at 50 %" in would.out
    run(tmp_path, "clip.setSpeed", f"clips={later[0]}", "speed=3/2", "ripple=yes")
    run(tmp_path, "clip.setSpeed", f"clips={first[0]}", "reverse=yes")
    run(tmp_path, "clip.freezeFrame", "frame=10", "frames=5")
    done(here("export", "a.insomnia", "out.mp4", cwd=tmp_path))
    fast = [40 + number * 3 // 2 for number in range(40)]
    wanted = [*range(11), *[10] * 4, *range(10, 20), *range(39, 19, -1), *fast]
    assert numbers_in(tmp_path / "out.mp4") == wanted
    # Beeps begin with frames 10, 30, 50, 70, 90 of the film, and last one frame.
    expected = [15 / 25, (25 + 9) / 25, *(45 + (each - 40) / 1.5 for each in (50, 70, 90))]
    expected[2:] = [each / 25 for each in expected[2:]]
    assert beep_times(tmp_path / "out.mp4") == pytest.approx(expected, abs=0.5 / 25)


def test_a_speed_that_is_none_is_refused(tmp_path: Path, small_film: Path) -> None:
    done(here("assemble", "a.insomnia", small_film, cwd=tmp_path))
    clip = run(tmp_path, "timeline.split", "frame=20", "all=true")["added"][0]
    for speed in ("0", "fast", "1/0", "-1", "1e3", "101"):
        said = here("run", "clip.setSpeed", "--project", "a.insomnia", f"clips={clip}", f"speed={speed}", cwd=tmp_path)
        assert said.code == 1
        assert said.err.count("\n") == 1
