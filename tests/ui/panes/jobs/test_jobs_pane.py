"""The jobs pane: what runs and how it ended, cancelling by hand, clearing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.job import JobState
from app.core.jobs.manager import JobManager, Pool
from app.ui.bridge import Bridge
from app.ui.panes.jobs.pane import JobsPane
from app.ui.theme import LIGHT, Appearance


@pytest.fixture
def jobs() -> Iterator[JobManager]:
    with JobManager() as manager:
        yield manager


@pytest.fixture
def pane(qtbot: QtBot, qapp: QApplication, jobs: JobManager) -> Iterator[JobsPane]:
    bridge = Bridge(jobs=jobs)
    appearance = Appearance(qapp)
    made = JobsPane(jobs, bridge, appearance)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    yield made
    appearance.set_theme(LIGHT)
    bridge.close()


def test_nothing_is_said_calmly(pane: JobsPane) -> None:
    assert pane._empty.isVisible()
    assert not pane._clear.isVisible()


def test_a_job_shows_how_far_it_is_and_can_be_cancelled(qtbot: QtBot, pane: JobsPane, jobs: JobManager) -> None:
    cancelled = threading.Event()

    def work(context: JobContext) -> None:
        context.report(0.25, "frame 10 of 40")
        while not cancelled.wait(0.01):
            context.check()

    job = jobs.submit("export", "Exporting film.mp4", work)
    qtbot.waitUntil(lambda: job.id in pane.rows and pane.rows[job.id].bar.value() == 250)
    row = pane.rows[job.id]
    assert row.title.text() == "Exporting film.mp4"
    assert row.detail.text().startswith("25%")
    assert "frame 10 of 40" in row.detail.text()
    row.stop.click()
    qtbot.waitUntil(lambda: row.detail.text() == "Cancelled")
    assert job.state is JobState.CANCELLED
    assert not row.stop.isVisible()


def test_a_failure_says_why_and_stays_until_cleared(qtbot: QtBot, pane: JobsPane, jobs: JobManager) -> None:
    def work(context: JobContext) -> None:
        raise UserError("film.mp4", "the disk is full", "free some space")

    job = jobs.submit("export", "Exporting film.mp4", work)
    qtbot.waitUntil(lambda: job.id in pane.rows and pane.rows[job.id].job.state.final)
    assert pane.rows[job.id].detail.text() == "the disk is full; free some space"
    pane._clear.click()
    assert not pane.rows
    assert pane._empty.isVisible()


def test_only_the_last_endings_are_kept(qtbot: QtBot, pane: JobsPane, jobs: JobManager) -> None:
    for number in range(60):
        jobs.submit("probe", f"Job {number}", lambda context: None)
    qtbot.waitUntil(lambda: jobs.idle() and len(pane.rows) == 50)


def test_of_very_many_jobs_those_show_that_run(qtbot: QtBot, pane: JobsPane, jobs: JobManager) -> None:
    go = threading.Event()
    first = jobs.submit("import", "First", lambda _context: go.wait(), pool=Pool.SERIAL)
    waiting = [
        jobs.submit("import", f"Film {number}", lambda _context: None, pool=Pool.SERIAL) for number in range(300)
    ]
    qtbot.waitUntil(lambda: first.id in pane.rows)
    assert len(pane.rows) == 200
    assert waiting[-1].id not in pane.rows
    go.set()
    qtbot.waitUntil(lambda: waiting[-1].id in pane.rows and pane.rows[waiting[-1].id].job.state.final)
    assert len(pane.rows) == 50
