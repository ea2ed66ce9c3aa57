"""How long the window cannot answer while a project of ten thousand clips is opened, edited and saved.

The silences of a timer in the window's thread, as in ``bench_window``: of each the processor time of the
thread is its own work. Runs without a screen; the media are missing, so that nothing else is going on.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.core.edit.assets import add_assets, new_project
from app.core.edit.insert import append
from app.core.jobs.manager import JobManager
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.main import make_services
from app.storage.project_file import ProjectFiles
from app.ui.application import make_application
from app.ui.composition import make_parts
from app.ui.editor import Editor
from app.ui.garbage import collected_here
from benchmarks.bench_window import MOST_BLOCKED, Watchdog, idle, turn
from tests.helpers.document import film

CLIPS = 10_000
MEDIA = 200


def large_project() -> Project:
    """Picture and sound of ten thousand clips, of two hundred films that are not there."""
    films = [film(f"film {number}") for number in range(MEDIA)]
    project = add_assets(new_project("Large"), films)
    project = append(project, project.sequences[0].id, films[0].id)
    sequence = project.sequences[0]
    rows = []
    for track in (sequence.video_tracks[0], sequence.audio_tracks[0]):
        (first,) = (item for item in track.items if isinstance(item, Clip))
        clips = (
            replace(first, id=f"{track.id} {number}", asset_id=films[number % MEDIA].id, link_id=f"link {number}")
            for number in range(CLIPS // 2)
        )
        rows.append(replace(track, items=tuple(clips)))
    changed = replace(sequence, video_tracks=(rows[0],), audio_tracks=(rows[1],))
    return replace(project, sequences=(changed,))


def silence(editor: Editor, what: str, act: Callable[[], object]) -> float:
    """Milliseconds of the thread's own work in the busiest turn while ``act`` and what it starts go on."""
    watchdog = Watchdog()
    act()
    turn(lambda: idle(editor) and not editor.files.busy)
    silences = watchdog.stop()
    longest = ", ".join(f"{wall:.0f} ({own:.0f})" for wall, own in silences[:4])
    most = max(own for _, own in silences)
    print(f"{what}: longest silences (of the window's own work), ms: {longest}; most work in one turn {most:.0f} ms")
    return most


def main() -> int:
    """Print the figures; 0 where no turn held the window longer than the target."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as ends:
        folder = Path(name)
        os.environ["INSOMNIA_HOME"] = str(folder / "profile")
        file = folder / "large.insomnia"
        ProjectFiles().save(large_project(), file)
        app = make_application(sys.argv[:1])
        ends.enter_context(collected_here())
        parts = make_parts(make_services(), JobManager())
        ends.callback(parts.jobs.shutdown)
        editor = Editor(app, parts)
        ends.callback(editor.close)
        editor.window.resize(1920, 1080)
        editor.window.show()
        turn(lambda: idle(editor))
        context = editor.workspace
        found = [silence(editor, "open", lambda: editor.files.open(file))]
        action = editor.desk.actions.run
        found.append(silence(editor, "split", lambda: action("timeline.split", context().context, {"frame": 500})))
        found.append(silence(editor, "save", lambda: action("file.save", context().context, {})))
        found.append(silence(editor, "undo", lambda: action("edit.undo", context().context, {})))
        found.append(silence(editor, "autosave", editor.files.safety.autosave))
        found.append(silence(editor, "rest", lambda: editor.workspace().media.check_files()))
        print(f"target {MOST_BLOCKED:.0f} ms of work in one turn, load {os.getloadavg()[0]:.1f}")
        editor.window.leave()
    return 0 if max(found) <= MOST_BLOCKED else 1


if __name__ == "__main__":
    raise SystemExit(main())
