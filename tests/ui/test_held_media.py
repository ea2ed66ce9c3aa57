"""What an open project needs of the cache stays; fullness is said; preview is by proxy, export is not."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.core.edit.assets import add_assets, new_project
from app.core.jobs.inline import InlineContext
from app.core.jobs.manager import JobManager
from app.core.media.cache_use import in_use
from app.core.session.looks import Looks
from app.core.session.media_list import MediaRow, MediaStatus
from app.core.session.proxies import NoProxy
from app.core.session.services import Services
from app.core.session.session import Session
from app.main import make_services
from app.ui.bridge import Bridge
from app.ui.engine import Engine
from app.ui.held_media import HeldMedia
from app.ui.widgets.proxies_button import ProxiesButton
from tests.helpers.document import film
from tests.helpers.media import make_film

KEYS = ("1" * 32, "2" * 32)


@pytest.fixture
def services() -> Iterator[Services]:
    made = make_services()
    yield made
    made.close()


@pytest.fixture
def engine(services: Services) -> Iterator[Engine]:
    jobs = JobManager()
    yield Engine(services, jobs)
    jobs.shutdown()


def test_the_media_of_the_open_project_are_in_use(engine: Engine, services: Services, qtbot: QtBot) -> None:
    root = services.profile.cache
    session, window = Session(new_project("Held"), checked=True), QMainWindow()
    qtbot.addWidget(window)
    bridge = Bridge(session=session)
    looks = Looks(bridge.post)
    held = HeldMedia(session, bridge, engine, window, looks)
    for number, key in enumerate(KEYS):
        asset = replace(film(f"film {number}"), fingerprint=key)
        session.apply("Import", lambda project, asset=asset: add_assets(project, (asset,)))  # type: ignore[misc]
    qtbot.waitUntil(lambda: looks.idle and in_use(root) == set(KEYS))
    session.undo()
    qtbot.waitUntil(lambda: looks.idle and in_use(root) == {KEYS[0]})
    held.close()
    assert in_use(root) == frozenset()
    looks.close()
    bridge.close()


def test_media_are_in_use_again_when_a_deleted_cache_was_made_again(
    engine: Engine, services: Services, qtbot: QtBot
) -> None:
    root = services.profile.cache
    asset = replace(film("film"), fingerprint=KEYS[0])
    session, window = Session(add_assets(new_project("Held"), (asset,)), checked=True), QMainWindow()
    qtbot.addWidget(window)
    bridge = Bridge(session=session)
    looks = Looks(bridge.post)
    held = HeldMedia(session, bridge, engine, window, looks)
    qtbot.waitUntil(lambda: looks.idle and in_use(root) == {KEYS[0]})
    shutil.rmtree(root)
    assert in_use(root) == frozenset()
    bridge.media_changed.emit((MediaRow(asset.path, MediaStatus.READY, asset_id=asset.id),))
    qtbot.waitUntil(lambda: looks.idle and in_use(root) == {KEYS[0]})
    held.close()
    assert in_use(root) == frozenset()
    looks.close()
    bridge.close()


def test_media_that_are_held_are_not_held_again_and_never_in_the_thread_of_the_window(
    engine: Engine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = replace(film("film"), fingerprint=KEYS[0])
    session, window = Session(add_assets(new_project("Held"), (asset,)), checked=True), QMainWindow()
    qtbot.addWidget(window)
    bridge = Bridge(session=session)
    threads: list[threading.Thread] = []
    holding = engine.holding

    def hold(fingerprints: Iterable[str]) -> AbstractContextManager[Callable[[], bool]]:
        threads.append(threading.current_thread())
        return holding(fingerprints)

    monkeypatch.setattr(engine, "holding", hold)
    looks = Looks(bridge.post)
    held = HeldMedia(session, bridge, engine, window, looks)
    for _ in range(3):
        bridge.media_changed.emit((MediaRow(asset.path, MediaStatus.READY, asset_id=asset.id),))
        qtbot.waitUntil(lambda: looks.idle)
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
    held.close()
    looks.close()
    bridge.close()


def test_a_project_that_is_closed_waits_for_no_disk_and_lets_go_in_the_end(
    engine: Engine, services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = replace(film("film"), fingerprint=KEYS[0])
    session, window = Session(add_assets(new_project("Held"), (asset,)), checked=True), QMainWindow()
    qtbot.addWidget(window)
    bridge = Bridge(session=session)
    begun, answered = threading.Event(), threading.Event()
    holding = engine.holding

    def hold(fingerprints: Iterable[str]) -> AbstractContextManager[Callable[[], bool]]:
        begun.set()
        assert answered.wait(10)
        return holding(fingerprints)

    monkeypatch.setattr(engine, "holding", hold)
    looks = Looks(bridge.post)
    held = HeldMedia(session, bridge, engine, window, looks)
    assert begun.wait(10)
    held.close()
    answered.set()
    qtbot.waitUntil(lambda: looks.idle)
    assert in_use(services.profile.cache) == frozenset()
    looks.close()
    bridge.close()


def test_that_the_cache_is_full_is_said(engine: Engine, qtbot: QtBot) -> None:
    session, window = Session(new_project("Full"), checked=True), QMainWindow()
    qtbot.addWidget(window)
    bridge = Bridge(session=session)
    looks = Looks(bridge.post)
    held = HeldMedia(session, bridge, engine, window, looks)
    engine.cache_full.emit(NoProxy(film("night"), "the disk is full", "Free some space"))
    said = "No proxy of night.mp4: the disk is full. Free some space."
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == said)
    held.close()
    looks.close()
    bridge.close()


def test_preview_is_by_proxy_while_that_is_on_and_export_never_is(engine: Engine, tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", frames=60, width=724, height=724, audio=False).path
    asset = engine.asset(path, InlineContext())
    engine.import_media(asset, InlineContext())
    engine.show_proxies(False)
    preview, export = engine.open_preview(), engine.open_sources()
    seen = []
    for shown in (False, True, False):
        engine.show_proxies(shown)
        for pool in (preview, export):
            source = pool.video(asset)
            source.frame(30)
            seen.append(source.stand_in is not None)
    preview.close()
    export.close()
    assert seen == [False, False, True, False, False, False]


def test_the_button_in_the_status_bar_shows_and_changes_it(qtbot: QtBot) -> None:
    action = QAction("Use Proxies")
    action.setCheckable(True)
    action.setChecked(True)
    button = ProxiesButton(action)
    qtbot.addWidget(button)
    assert button.text() == "Proxies on"
    button.click()
    assert (button.text(), action.isChecked()) == ("Proxies off", False)
