"""Import and export of the window with the real engine: jobs, a film in, a film out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.base.errors import UserError
from app.core.edit.assets import new_project
from app.core.jobs.inline import InlineContext
from app.core.jobs.job import Job
from app.core.jobs.manager import JobManager, Pool
from app.core.media.telling import tells
from app.core.session.actions import ActionContext
from app.core.session.actions_all import standard_actions
from app.core.session.media_list import MediaList, MediaStatus
from app.core.session.session import Session
from app.main import make_services
from app.ui.bridge import Bridge
from app.ui.engine import Engine
from tests.helpers.media import Shot, make_film, numbers_in, scene_film

ACTIONS = standard_actions()


class Opened:
    """One open project over the real engine."""

    def __init__(self) -> None:
        self.services = make_services()
        self.jobs = JobManager(threads={Pool.INTERACTIVE: 1, Pool.HEAVY: 1})
        self.session = Session(new_project("Night"), store=self.services.store, checked=True)
        self.bridge = Bridge(session=self.session)
        self.engine = Engine(self.services, self.jobs)
        self.media = MediaList(self.session, self.jobs, self.engine, self.bridge.post)
        self.context: ActionContext = self.engine.context(self.session, self.media)

    def close(self) -> None:
        """As the program ends."""
        self.media.close()
        self.bridge.close()
        self.jobs.shutdown()
        self.services.close()


@pytest.fixture
def opened() -> Iterator[Opened]:
    """An empty project."""
    opened = Opened()
    yield opened
    opened.close()


def started(opened: Opened, target: Path, **given: object) -> Job[object]:
    """The job of an export."""
    result = ACTIONS.run("file.export", opened.context, {"path": str(target), **given})
    return next(job for job in opened.jobs.jobs() if job.id == result["job"])


def test_film_comes_in_and_goes_out_as_jobs(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=30)
    assert ACTIONS.run("media.import", opened.context, {"paths": [str(film.path)]}) == {"assets": [], "errors": []}
    qtbot.waitUntil(lambda: [row.status for row in opened.media.rows] == [MediaStatus.READY], timeout=30_000)
    [asset] = opened.session.project.assets
    ACTIONS.run("timeline.append", opened.context, {"scene": f"{asset.id}#0"})

    target = tmp_path / "out.mp4"
    job = started(opened, target, quality="low")
    result = job.wait(60)

    assert getattr(result, "frames", None) == 30
    assert numbers_in(target) == list(range(30))
    with pytest.raises(UserError, match="it exists already"):
        started(opened, target)


def test_what_an_export_must_not_do_is_refused_at_once(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=5)
    ACTIONS.run("media.import", opened.context, {"paths": [str(film.path)]})
    qtbot.waitUntil(lambda: [row.status for row in opened.media.rows] == [MediaStatus.READY], timeout=30_000)
    [asset] = opened.session.project.assets
    ACTIONS.run("timeline.append", opened.context, {"asset": asset.id})
    for given, why in (
        ({"path": str(film.path), "overwrite": True}, "which the film is made from"),
        ({"path": str(tmp_path / "out.avi")}, "this ending"),
        ({"path": str(tmp_path / "none" / "out.mp4")}, "its folder does not exist"),
        ({"path": str(tmp_path / "out.mp4"), "preset": "gif"}, "no such preset"),
    ):
        with pytest.raises(UserError, match=why):
            ACTIONS.run("file.export", opened.context, given)
    assert opened.jobs.idle()
    assert list(tmp_path.iterdir()) == [film.path]


def test_scenes_that_are_not_known_yet_are_not_waited_for(opened: Opened, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=5)
    asset = opened.engine.asset(film.path, InlineContext())
    with pytest.raises(UserError, match="not known yet"):
        opened.context.scenes(asset)


def test_sample_project_has_its_scenes_on_the_timeline(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.core.media.sample_film.SCENE_FRAMES", 20)
    project = opened.engine.sample_project(InlineContext())
    [asset] = project.assets
    sequence = project.sequences[0]
    assert [len(track.items) for track in sequence.tracks] == [3, 3]
    assert sequence.duration == asset.info.duration
    again = opened.engine.sample_project(InlineContext())
    assert (again.assets[0].fingerprint, again.id != project.id) == (asset.fingerprint, True)


def test_timelines_take_along_what_the_library_knows(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    film = make_film(tmp_path / "night.mp4", frames=30)
    ACTIONS.run("media.import", opened.context, {"paths": [str(film.path)]})
    qtbot.waitUntil(lambda: [row.status for row in opened.media.rows] == [MediaStatus.READY], timeout=30_000)
    [asset] = opened.session.project.assets
    ACTIONS.run("timeline.append", opened.context, {"scene": f"{asset.id}#0"})
    result = ACTIONS.run("file.exportTimeline", opened.context, {"path": str(tmp_path / "cut.otio")})
    assert "media night.mp4: its scenes are for Insomnia only" in result["losses"]


def test_a_film_that_fades_in_from_black_is_known_by_what_comes_then(opened: Opened, tmp_path: Path) -> None:
    film = scene_film(tmp_path / "night.mp4", [Shot(220)], fade_in=40).path
    asset = opened.engine.asset(film, InlineContext())
    opened.engine.import_media(asset, InlineContext())
    dark, known = (opened.engine.jpeg(asset, time, InlineContext()) for time in (0, None))
    assert dark is not None
    assert known is not None
    assert not tells(dark)
    assert tells(known)
