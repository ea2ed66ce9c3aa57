"""What tests of the panes that show media share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.panes.media_rig import MediaRig


@pytest.fixture
def rig(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[MediaRig]:
    """A session with an empty list of media."""
    made = MediaRig(qapp, qtbot, tmp_path)
    yield made
    made.close()
