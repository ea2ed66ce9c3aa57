"""The program says when no window can be shown, starts light, and ends as it should."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.ui.display import drop_foreign_qt, require_display

HEAVY = ("av", "cv2", "scenedetect", "sqlalchemy", "alembic", "opentimelineio")
ROOT = Path(__file__).parents[2]


def test_no_display_is_said_with_the_way_out() -> None:
    with pytest.raises(UserError, match="there is no display") as told:
        require_display({}, "linux")
    assert "export" in told.value.what_to_do
    assert "\n" not in str(told.value)


def test_dead_display_is_said() -> None:
    with pytest.raises(UserError, match=":77 does not answer"):
        require_display({"DISPLAY": ":77"}, "linux", lambda display: False)
    with pytest.raises(UserError, match=":4071 does not answer"):
        require_display({"DISPLAY": ":4071"}, "linux")


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({}, "darwin"),
        ({}, "win32"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux"),
        ({"DISPLAY": "elsewhere:10.0"}, "linux"),
    ],
)
def test_what_can_show_a_window_is_let_through(environment: dict[str, str], platform: str) -> None:
    require_display(environment, platform)


def test_another_librarys_qt_is_forgotten() -> None:
    environment = {
        "QT_QPA_PLATFORM_PLUGIN_PATH": "/lib/python/cv2/qt/plugins",
        "QT_QPA_FONTDIR": "/usr/share/fonts",
        "PATH": "/bin",
    }
    drop_foreign_qt(environment)
    assert environment == {"QT_QPA_FONTDIR": "/usr/share/fonts", "PATH": "/bin"}


def in_a_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code as a program of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What it said on stderr, without what the offscreen platform always says."""
    return [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]


def test_window_starts_without_the_heavy_libraries() -> None:
    done = in_a_process(
        f"import sys; import app.ui.application; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert (done.stdout.strip(), done.returncode) == ("", 0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_interrupt_closes_the_window_and_ends_every_thread(tmp_path: Path, number: signal.Signals, code: int) -> None:
    done = in_a_process(
        "import os, sys, threading\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from app.ui import application\n"
        "from tests.ui.fakes import FakeEngine\n"
        "def parts():\n"
        f"    QTimer.singleShot(100, lambda: os.kill(os.getpid(), {int(number)}))\n"
        f"    return FakeEngine(Path({str(tmp_path)!r})).parts()\n"
        "code = application.run(parts, [])\n"
        "print(threading.active_count(), (Path(sys.argv[0]) and code))\n"
    )
    assert (done.stdout.split(), complaints(done)) == (["1", str(code)], [])


def test_garbage_is_not_collected_in_threads_while_the_window_is_open(tmp_path: Path) -> None:
    done = in_a_process(
        "import gc\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.ui import application\n"
        "from tests.ui.fakes import FakeEngine\n"
        "def look():\n"
        "    print(gc.isenabled())\n"
        "    [window.close() for window in QApplication.topLevelWidgets()]\n"
        "def parts():\n"
        "    QTimer.singleShot(100, look)\n"
        f"    return FakeEngine(Path({str(tmp_path)!r})).parts()\n"
        "application.run(parts, [])\n"
        "print(gc.isenabled())\n"
    )
    assert done.stdout.split() == ["False", "True"]


def test_closing_the_window_ends_with_success(tmp_path: Path) -> None:
    done = in_a_process(
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.ui import application\n"
        "from tests.ui.fakes import FakeEngine\n"
        "def parts():\n"
        "    QTimer.singleShot(100, lambda: [window.close() for window in QApplication.topLevelWidgets()])\n"
        f"    return FakeEngine(Path({str(tmp_path)!r})).parts()\n"
        "raise SystemExit(application.run(parts, []))\n"
    )
    assert (done.returncode, complaints(done)) == (0, [])
    assert (tmp_path / "window.ini").is_file()


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"action": "view.themeLight"}, {"quit": True}], "0"),
        ([{"action": "view.themeLight"}], "0"),
        ([{"action": "file.saveAs"}], "dialog projectFileDialog"),
        ([{"action": "no.such"}], "action no.such"),
    ],
)
def test_script_runs_in_the_window_and_its_failure_ends_the_program(
    tmp_path: Path, steps: list[dict[str, object]], said: str
) -> None:
    script = tmp_path / "steps.json"
    script.write_text(json.dumps(steps))
    done = in_a_process(
        "from pathlib import Path\n"
        "from app.core.base.errors import UserError\n"
        "from app.ui import application\n"
        "from app.ui.script.steps import read_script\n"
        "from tests.ui.fakes import FakeEngine\n"
        f"parts = FakeEngine(Path({str(tmp_path)!r})).parts\n"
        "try:\n"
        f"    print(application.run(parts, [], read_script(Path({str(script)!r}))))\n"
        "except UserError as error:\n"
        "    print(error)\n"
    )
    assert said in done.stdout
    assert complaints(done) == []
