"""Another film of the same name takes the place of one that is gone, where that is asked for and every clip fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.program import here
from tests.helpers.media import make_film, numbers_in


@pytest.mark.parametrize(("frames", "fits"), [(60, True), (20, False)])
def test_relink_anyway(tmp_path: Path, frames: int, fits: bool) -> None:
    film = make_film(tmp_path / "film.mp4", frames=40).path
    assert here("assemble", "a.insomnia", film, cwd=tmp_path).code == 0
    film.unlink()
    (tmp_path / "new").mkdir()
    other = make_film(tmp_path / "new" / "film.mp4", frames=frames, beep_every=7).path
    run = ["run", "media.relink", "--project", "a.insomnia", "folder=new", "--json"]
    refused = here(*run, cwd=tmp_path).document["result"]
    assert refused == {
        "relinked": [],
        "missing": [{"name": "film.mp4", "reason": "a file of that name has another content"}],
    }
    result = here(*run, "anyway=true", cwd=tmp_path).document["result"]
    if fits:
        assert result == {"relinked": [{"name": "film.mp4", "path": str(other)}], "missing": []}
        done = here("export", "a.insomnia", "out.mp4", cwd=tmp_path)
        assert done.code == 0, done.err
        assert numbers_in(tmp_path / "out.mp4") == list(range(40))
    else:
        assert result["relinked"] == []
        assert result["missing"][0]["reason"].startswith("it does not have what these clips show or play: film")


def test_what_is_no_film_is_told_and_the_others_are_linked(tmp_path: Path) -> None:
    films = [
        make_film(tmp_path / f"{name}.mp4", frames=10, beep_every=each).path for each, name in ((3, "a"), (4, "b"))
    ]
    assert here("assemble", "a.insomnia", *films, cwd=tmp_path).code == 0
    (tmp_path / "new").mkdir()
    films[0].rename(tmp_path / "new" / "a.mp4")
    films[1].unlink()
    (tmp_path / "new" / "b.mp4").write_text("no film")
    run = ["run", "media.relink", "--project", "a.insomnia", "folder=new", "anyway=true", "--json"]
    result = here(*run, cwd=tmp_path).document["result"]
    assert [each["name"] for each in result["relinked"]] == ["a.mp4"]
    [left] = result["missing"]
    assert left["name"] == "b.mp4"
    assert left["reason"] != "a file of that name has another content"
