"""Writes the pictures that the guide uses: the real window, driven by a script, without a screen.

``python scripts/screenshots.py [FOLDER]`` (``make screenshots``) writes ``docs/pictures``. It shows the film
that lies beside the checkout, or the sample film alone where there is none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILM = ROOT.parent / "shared" / "media" / "bbb1080.mp4"
THEMES = {"dark": "view.themeDark", "light": "view.themeLight"}
SIZES = ((1280, 720), (1920, 1080))
# Long enough for the first pictures and scenes to come in, and for an export to be under way.
_IMPORT_SECONDS = {False: 0.7, True: 3.5}
_EXPORT_SECONDS = {False: 0.4, True: 3.0}

Steps = list[dict[str, Any]]


def films(folder: Path) -> list[Path]:
    """What the pictures show, under the names that are seen in them."""
    from app.core.jobs.inline import InlineContext
    from app.core.media.sample_film import make_sample_film

    sample = folder / "A night.mp4"
    make_sample_film(sample, InlineContext())
    if not FILM.is_file():
        return [sample]
    film = folder / "Big Buck Bunny.mp4"
    film.symlink_to(FILM)
    return [film, sample]


def story(media: list[Path], place: Path, name: str, size: tuple[int, int], theme: str) -> Steps:
    """One window from empty to an export that runs; each picture is ``WHAT-THEME-SIZE.png`` in ``place``."""

    def picture(what: str) -> dict[str, Any]:
        return {"screenshot": str(place / f"{what}-{name}.png")}

    large = len(media) > 1
    return [
        {"resize": list(size)},
        {"action": theme},
        {"wait": "idle"},
        picture("empty"),
        {"drop": [str(path) for path in media]},
        {"pause": _IMPORT_SECONDS[large]},
        picture("importing"),
        {"wait": "idle", "timeout": 120},
        {"click": "browserTabs", "at": [100, 12]},
        {"wait": "idle"},
        *_cut(large),
        picture("editing"),
        *_speak(),
        picture("subtitles"),
        {"key": "Escape"},
        {"menu": "File/Export..."},
        {"click": "exportPath"},
        {"key": "Ctrl+A"},
        {"type": str(media[0].with_name("My film.mp4"))},
        {"key": "Return"},
        {"pause": _EXPORT_SECONDS[large]},
        picture("exporting"),
        {"quit": True},
    ]


def _cut(large: bool) -> Steps:
    """Scenes on the timeline, one of them selected, the playhead in the middle."""
    scenes = (1, 4, 2, 5, 0, 3) if large else (1, 0, 2)
    return [
        *({"double_click": "scenesPane.items", "item": scene} for scene in scenes),
        {"wait": "idle"},
        {"action": "view.zoomFit"},
        {"click": "timelinePane", "item": "V1:1"},
        {"key": "Shift+Right"},
        {"key": "Shift+Right"},
        {"wait": "idle", "timeout": 120},
    ]


def _speak() -> Steps:
    """Some subtitles, one of them being typed."""
    said = (
        (0.3, 1.6, "Who is there?"),
        (1.6, 3.4, "Nobody.\nOnly the night."),
        (3.9, 5.2, "Then let us go to sleep."),
    )
    return [
        *(
            {"action": "subtitles.add", "params": {"start": start, "end": end, "text": text}}
            for start, end, text in said
        ),
        {"click": "subtitlesPane.items", "item": 1},
        {"wait": "idle"},
        {"key": "Return"},
    ]


def perform(steps: Steps, folder: Path, size: tuple[int, int]) -> int:
    """Run the window on a screen of its own size, in a profile of its own; the program's exit code."""
    script, screen = folder / "steps.json", folder / "screen.json"
    script.write_text(json.dumps(steps))
    screen.write_text(
        json.dumps({"screens": [{"name": "screen", "x": 0, "y": 0, "width": size[0], "height": size[1]}]})
    )
    own = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screen}", "INSOMNIA_HOME": str(folder / "profile")}
    command = [sys.executable, "-m", "app", "gui", "--script", str(script)]
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode


def main(place: Path) -> int:
    """Write all pictures; 0 where all went well."""
    for theme, action in THEMES.items():
        for size in SIZES:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                told = story(films(folder), place, f"{theme}-{size[0]}x{size[1]}", size, action)
                code = perform(told, folder, size)
            if code != 0:
                return code
    for path in sorted(place.glob("*.png")):
        print(f"{path.name:34}{path.stat().st_size // 1024:6} kB")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "pictures").absolute()))
