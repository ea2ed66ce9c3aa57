"""Started by ``bench_start``: the window up to its first paint; says when that was, and what was loaded by then."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from app.main import main
from app.ui import editor
from app.ui.main_window import MainWindow

HEAVY = ("av", "cv2", "scenedetect", "sqlalchemy", "alembic", "opentimelineio", "PySide6.QtMultimedia")


def _report(window: MainWindow) -> None:
    loaded = [name for name in HEAVY if name in sys.modules]
    print(json.dumps({"at": time.monotonic(), "cpu": time.process_time(), "heavy": loaded}), flush=True)
    window.leave()


class _Watched(MainWindow):
    """Hears of the first paint before anyone else: what is heavy begins right after it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.painted.connect(lambda: _report(self))


if __name__ == "__main__":
    vars(editor)["MainWindow"] = _Watched
    raise SystemExit(main([]))
