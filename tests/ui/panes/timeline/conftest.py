"""Makes timelines for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.model.project import Project
from app.ui.theme import DARK, Appearance
from tests.helpers.document import clip, gap, project, track
from tests.ui.panes.timeline.harness import Timeline

Maker = Callable[..., Timeline]


def scenes() -> Project:
    """Two linked pairs beside each other, a third after a gap, a title above, music below.

    ::

        V2 .....[ t ]
        V1 [ a    ][ b   ].......[ c ]
        A1 [ s    ][ u   ].......[ w ]
        A2 [ m                 ]
    """
    return project(
        track("V1", clip("a", 40, 20, "1"), clip("b", 30, 100, "2"), gap(20), clip("c", 20, 150, "3")),
        track("V2", gap(30), clip("t", 20, asset="silent")),
        track("A1", clip("s", 40, 20, "1"), clip("u", 30, 100, "2"), gap(20), clip("w", 20, 150, "3")),
        track("A2", clip("m", 80, asset="music")),
    )


@pytest.fixture(scope="session")
def shared_appearance(qapp: QApplication) -> Appearance:
    """The dark theme, put on the program once."""
    return Appearance(qapp)


@pytest.fixture
def appearance(shared_appearance: Appearance) -> Iterator[Appearance]:
    """The dark theme, whatever a test makes of it."""
    yield shared_appearance
    shared_appearance.set_theme(DARK)


@pytest.fixture
def make_timeline(appearance: Appearance, qtbot: QtBot) -> Maker:
    """A function that shows a timeline of a document."""

    def make(document: Project | None = None, pixels: float = 4) -> Timeline:
        timeline = Timeline(appearance, scenes() if document is None else document, pixels)
        qtbot.addWidget(timeline.pane)
        timeline.pane.show()
        qtbot.waitExposed(timeline.pane)
        QApplication.processEvents()
        return timeline

    return make


@pytest.fixture
def timeline(make_timeline: Maker) -> Timeline:
    """The timeline of :func:`scenes` at four pixels for one frame."""
    return make_timeline()
