"""Python's garbage is collected in the GUI thread, and in no other.

Left alone, whatever thread allocates collects, and so ends the panes of a closed project; an object of
Qt whose timer runs may end only in the thread it lives in: anywhere else the program dies.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

from PySide6.QtCore import QTimer

_LOOK_MILLISECONDS = 500


@contextlib.contextmanager
def collected_here() -> Iterator[None]:
    """While this lasts, garbage is collected in the calling thread, whose event loop has to run."""
    before = gc.isenabled()
    gc.disable()
    gc.freeze()  # what was loaded to start stays: looking at it again and again would only block the window
    timer = QTimer()
    timer.timeout.connect(collect_due)
    timer.start(_LOOK_MILLISECONDS)
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        if before:
            gc.enable()


def collect_due() -> None:
    """Collect the oldest generation that is due, as Python itself would."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
