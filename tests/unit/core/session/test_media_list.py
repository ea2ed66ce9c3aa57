"""The list of media: files appear at once, become assets, are analysed; bad ones say why."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.edit.assets import new_project, relink
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.model.scene import Scene, SceneList
from app.core.session.media_list import MediaList, MediaRow, MediaStatus
from app.core.session.ports import ImportResult
from app.core.session.session import Session
from tests.helpers.document import film, music

SCENES = SceneList(Fraction(24), 240, (Scene(0, 0, 240, 0, 240, "start"),), ())


class FakeReader:
    """Knows what is in a file from its name."""

    def __init__(self) -> None:
        self.analysed: list[str] = []
        self.fault: Exception | None = None
        self.missing = False
        self.signs: list[Path] = []
        self.keeps = True
        self.no_proxy = ""

    def asset(self, path: Path, context: JobContext) -> Asset:
        context.report(0.5)
        if self.missing or "bad" in path.name:
            raise UserError(str(path), "it is not a video", "choose another")
        kind = music if path.suffix == ".wav" else film
        return replace(kind(path.stem), path=str(path), fingerprint=path.read_text() if path.is_file() else "gone")

    def import_media(self, asset: Asset, context: JobContext) -> ImportResult:
        context.report(0.7)
        if self.fault is not None:
            raise self.fault
        self.analysed.append(asset.name)
        for sign in self.signs:
            if self.keeps:
                sign.write_text("kept")
        return ImportResult(tuple(str(sign) for sign in self.signs), self.no_proxy)

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        return SCENES


class Rig:
    def __init__(self) -> None:
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.jobs = JobManager()
        self.session = Session(new_project("Test"), checked=True)
        self.reader = FakeReader()
        self.seen: list[MediaRow] = []
        self.list = self.make()

    def make(self) -> MediaList:
        made = MediaList(self.session, self.jobs, self.reader, self.posted.put)
        made.changed.subscribe(self.seen.append)
        return made

    def settle(self) -> None:
        """Do what jobs post until nothing runs and nothing waits."""
        for _round in range(50):
            assert self.jobs.wait_idle(10)
            if self.posted.empty():
                return
            while not self.posted.empty():
                self.posted.get()()
        raise AssertionError("it does not settle")


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.list.close()
    made.jobs.shutdown()


def files(folder: Path, *names: str) -> list[Path]:
    made = []
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
        made.append(path)
    return made


def test_a_file_appears_at_once_and_goes_through_its_states(rig: Rig, tmp_path: Path) -> None:
    rig.list.add(files(tmp_path, "one.mp4"))
    assert [(row.name, row.status) for row in rig.list.rows] == [("one.mp4", MediaStatus.WAITING)]
    rig.settle()
    (row,) = rig.list.rows
    assert (row.status, row.scenes, row.progress) == (MediaStatus.READY, SCENES, 1.0)
    assert [asset.id for asset in rig.session.project.assets] == [row.asset_id]
    states = list(dict.fromkeys(row.status for row in rig.seen))
    assert states == [MediaStatus.WAITING, MediaStatus.READING, MediaStatus.ANALYSING, MediaStatus.READY]


def test_many_files_are_one_undo_step_and_undo_takes_their_rows(rig: Rig, tmp_path: Path) -> None:
    rig.list.add(files(tmp_path, "one.mp4", "two.mp4", "three.wav"))
    rig.settle()
    assert [asset.name for asset in rig.session.project.assets] == ["one.mp4", "two.mp4", "three.wav"]
    rig.session.undo()
    assert not rig.session.project.assets
    assert not rig.list.rows
    rig.session.redo()
    assert len(rig.list.rows) == 3


def test_files_join_in_the_order_they_were_dropped_and_the_first_film_decides(rig: Rig, tmp_path: Path) -> None:
    first, second, third = files(tmp_path, "slow.mp4", "fast.mp4", "sound.wav")
    go = threading.Event()
    read = rig.reader.asset

    def reading(path: Path, context: JobContext) -> Asset:
        if path == first:
            assert go.wait(10)
        asset = read(path, context)
        video = asset.info.video
        if path != first or video is None:
            return asset
        return replace(asset, info=replace(asset.info, video=replace(video, width=640, height=360)))

    rig.reader.asset = reading  # type: ignore[method-assign]
    rig.list.add([first, second, third])
    while not any(asset.name == "fast.mp4" for asset in rig.session.project.assets):
        rig.posted.get(timeout=10)()
    go.set()
    rig.settle()
    assert [asset.name for asset in rig.session.project.assets] == ["slow.mp4", "fast.mp4", "sound.wav"]
    assert rig.session.project.sequences[0].format.width == 640
    rig.session.undo()
    assert not rig.session.project.assets


def test_a_bad_file_is_listed_with_the_reason_and_can_be_dropped(rig: Rig, tmp_path: Path) -> None:
    rig.list.add(files(tmp_path, "bad.mp4", "good.mp4"))
    rig.settle()
    bad = next(row for row in rig.list.rows if row.name == "bad.mp4")
    assert (bad.status, bad.reason) == (MediaStatus.FAILED, "it is not a video; choose another")
    assert len(rig.session.project.assets) == 1
    rig.list.forget(bad.path)
    assert [row.name for row in rig.list.rows] == ["good.mp4"]


def test_a_folder_gives_its_media_but_not_what_links_lead_to(rig: Rig, tmp_path: Path) -> None:
    files(tmp_path / "outside", "secret.mp4")
    files(tmp_path / "folder", "b.mp4", "a.mp4", "notes.txt", ".hidden.mp4", "deep/c.wav")
    (tmp_path / "folder" / "link.mp4").symlink_to(tmp_path / "outside" / "secret.mp4")
    (tmp_path / "folder" / "away").symlink_to(tmp_path / "outside", target_is_directory=True)
    rig.list.add([tmp_path / "folder"])
    rig.settle()
    assert sorted(row.name for row in rig.list.rows) == ["a.mp4", "b.mp4", "c.wav"]


def test_the_same_content_under_two_names_is_one_row(rig: Rig, tmp_path: Path) -> None:
    one, two = files(tmp_path, "one.mp4", "two.mp4")
    two.write_text(one.read_text())
    rig.list.add([one])
    rig.settle()
    rig.list.add([two, one])
    rig.settle()
    assert [row.name for row in rig.list.rows] == ["one.mp4"]


def test_a_file_that_goes_is_offline_until_it_is_back(rig: Rig, tmp_path: Path) -> None:
    (path,) = files(tmp_path, "one.mp4")
    rig.list.add([path])
    rig.settle()
    path.rename(tmp_path / "away.mp4")
    rig.list.check_files()
    assert [row.status for row in rig.list.rows] == [MediaStatus.OFFLINE]
    (tmp_path / "away.mp4").rename(path)
    rig.list.check_files()
    rig.settle()
    assert [row.status for row in rig.list.rows] == [MediaStatus.READY]


def test_a_moved_file_that_is_brought_in_again_is_relinked(rig: Rig, tmp_path: Path) -> None:
    (path,) = files(tmp_path, "one.mp4")
    rig.list.add([path])
    rig.settle()
    (asset,) = rig.session.project.assets
    (tmp_path / "moved").mkdir()
    path.rename(tmp_path / "moved" / "one.mp4")
    rig.list.check_files()
    rig.list.add([tmp_path / "moved" / "one.mp4"])
    rig.settle()
    assert [(each.id, each.path) for each in rig.session.project.assets] == [
        (asset.id, str(tmp_path / "moved" / "one.mp4"))
    ]
    assert [(row.path, row.status, row.asset_id) for row in rig.list.rows] == [
        (str(tmp_path / "moved" / "one.mp4"), MediaStatus.READY, asset.id)
    ]


def test_the_media_of_an_opened_project_are_taken_up(rig: Rig, tmp_path: Path) -> None:
    rig.list.add(files(tmp_path, "one.mp4", "gone.mp4"))
    rig.settle()
    (tmp_path / "gone.mp4").unlink()
    again = rig.make()
    rig.settle()
    assert [(row.name, row.status) for row in again.rows] == [
        ("one.mp4", MediaStatus.READY),
        ("gone.mp4", MediaStatus.OFFLINE),
    ]
    again.close()


def test_what_fails_later_keeps_the_asset_and_says_why(rig: Rig, tmp_path: Path) -> None:
    rig.reader.fault = UserError("one.mp4", "the disk is full", "free some space")
    rig.list.add(files(tmp_path, "one.mp4"))
    rig.settle()
    (row,) = rig.list.rows
    assert (row.status, row.reason) == (MediaStatus.FAILED, "the disk is full; free some space")
    assert len(rig.session.project.assets) == 1


def test_a_closed_list_says_nothing_any_more(rig: Rig, tmp_path: Path) -> None:
    rig.list.add(files(tmp_path, "one.mp4"))
    rig.list.close()
    rig.seen.clear()
    rig.settle()
    assert rig.seen == []
    assert rig.session.project.assets == ()


def test_a_place_that_may_not_be_looked_into_is_offline(rig: Rig) -> None:
    asset = replace(film("far"), path=f"/{300 * 'x'}/far.mp4")  # asking for it is an error of the system
    rig.session.apply("Import", lambda project: replace(project, assets=(asset,)))
    again = rig.make()
    again.check_files()
    assert [row.status for row in again.rows] == [MediaStatus.OFFLINE]
    again.close()


def test_an_offline_file_that_is_tried_again_stays_with_its_asset(rig: Rig, tmp_path: Path) -> None:
    (path,) = files(tmp_path, "one.mp4")
    rig.list.add([path])
    rig.settle()
    (asset,) = rig.session.project.assets
    path.rename(tmp_path / "away.mp4")
    rig.list.check_files()
    rig.reader.missing = True
    rig.list.add([path])
    rig.settle()
    assert [(row.status, row.asset_id) for row in rig.list.rows] == [(MediaStatus.OFFLINE, asset.id)]
    rig.reader.missing = False
    (tmp_path / "away.mp4").rename(path)
    rig.list.add([path])
    rig.settle()
    assert [(row.status, row.asset_id) for row in rig.list.rows] == [(MediaStatus.READY, asset.id)]


def test_a_cancelled_analysis_can_be_tried_again(rig: Rig, tmp_path: Path) -> None:
    paths = files(tmp_path, "one.mp4")
    rig.reader.fault = Cancelled()
    rig.list.add(paths)
    rig.settle()
    (row,) = rig.list.rows
    assert (row.status, row.scenes, row.can_retry) == (MediaStatus.READY, None, True)
    rig.reader.fault = None
    rig.list.add(paths)
    rig.settle()
    (row,) = rig.list.rows
    assert (row.scenes, row.can_retry) == (SCENES, False)
    assert len(rig.session.project.assets) == 1


def test_what_was_undone_does_not_come_back_with_the_next_file(rig: Rig, tmp_path: Path) -> None:
    rig.list.add(files(tmp_path, "one.mp4", "two.mp4"))
    assert rig.jobs.wait_idle(10)
    while not rig.session.project.assets:
        rig.posted.get(timeout=10)()
    (first,) = rig.session.project.assets
    rig.session.undo()
    rig.settle()
    assert len(rig.session.project.assets) == 1
    assert first not in rig.session.project.assets


def test_what_was_brought_in_last_is_analysed_first(rig: Rig, tmp_path: Path) -> None:
    first_is_read = threading.Event()
    may_go_on = threading.Event()
    rig.jobs.shutdown()
    rig.list.close()
    rig.jobs = JobManager(threads={Pool.HEAVY: 1, Pool.INTERACTIVE: 1})
    rig.list = rig.make()

    def hold(context: JobContext) -> None:
        first_is_read.set()
        assert may_go_on.wait(10)

    rig.jobs.submit("hold", "Hold", hold)
    assert first_is_read.wait(10)
    for name in ("one.mp4", "two.mp4", "three.mp4"):
        rig.list.add(files(tmp_path, name))
    while len(rig.session.project.assets) < 3:
        rig.posted.get(timeout=10)()
    may_go_on.set()
    rig.settle()
    assert rig.reader.analysed == ["three.mp4", "two.mp4", "one.mp4"]


def test_a_disk_that_never_answers_keeps_nobody_waiting(rig: Rig, tmp_path: Path) -> None:
    """Media on it wait, they are asked for once, and what is said in the end counts."""
    asked: list[tuple[list[str], Callable[[Mapping[str, bool]], None]]] = []
    asset = replace(film("far"), path="/mnt/dead/far.mp4")
    rig.session.apply("Import", lambda project: replace(project, assets=(asset,)))
    made = MediaList(
        rig.session, rig.jobs, rig.reader, rig.posted.put, lambda paths, then: asked.append(([*paths], then))
    )
    for _ in range(5):
        made.check_files()
    assert [paths for paths, _ in asked] == [[asset.path]]
    assert [row.status for row in made.rows] == [MediaStatus.WAITING]
    asked[0][1]({asset.path: False})
    assert [row.status for row in made.rows] == [MediaStatus.OFFLINE]
    made.check_files()
    asked[1][1]({asset.path: True})
    rig.settle()
    assert [row.status for row in made.rows] == [MediaStatus.READY]
    made.close()


def test_what_a_disk_says_after_the_end_is_not_heard(rig: Rig) -> None:
    asked: list[Callable[[Mapping[str, bool]], None]] = []
    rig.session.apply("Import", lambda project: replace(project, assets=(film("far"),)))
    made = MediaList(rig.session, rig.jobs, rig.reader, rig.posted.put, lambda _paths, then: asked.append(then))
    made.close()
    asked[0]({film("far").path: True})
    assert [row.status for row in made.rows] == [MediaStatus.WAITING]


def test_a_film_whose_pictures_vanish_is_read_again_without_a_mark(rig: Rig, tmp_path: Path) -> None:
    rig.reader.signs = [tmp_path / "thumbnails", tmp_path / "proxy"]
    rig.list.add(files(tmp_path, "one.mp4"))
    rig.settle()
    rig.list.check_files()
    rig.settle()
    assert rig.reader.analysed == ["one.mp4"]
    rig.seen.clear()
    rig.reader.signs[1].unlink()
    rig.list.check_files()
    rig.settle()
    assert rig.reader.analysed == ["one.mp4", "one.mp4"]
    assert {row.status for row in rig.seen} == {MediaStatus.ANALYSING, MediaStatus.READY}
    (row,) = rig.list.rows
    assert (row.status, row.reason, row.scenes) == (MediaStatus.READY, "", SCENES)


def test_pictures_that_vanish_again_and_again_are_left_alone_at_last(rig: Rig, tmp_path: Path) -> None:
    rig.reader.signs, rig.reader.keeps = [tmp_path / "thumbnails"], False
    rig.list.add(files(tmp_path, "one.mp4"))
    rig.settle()
    for _ in range(8):
        rig.list.check_files()
        rig.settle()
    assert rig.reader.analysed == ["one.mp4"] * 4
    assert rig.list.rows[0].status is MediaStatus.READY


def test_a_cache_that_cannot_be_written_is_named_in_place_of_the_film(rig: Rig, tmp_path: Path) -> None:
    rig.reader.fault = UserError(str(tmp_path / "cache"), "the disk is full", "free some space")
    rig.list.add(files(tmp_path, "one.mp4"))
    rig.settle()
    (row,) = rig.list.rows
    assert (row.status, row.reason) == (MediaStatus.FAILED, f"{tmp_path / 'cache'}: the disk is full; free some space")


def test_a_film_without_a_proxy_says_why_until_it_has_one(rig: Rig, tmp_path: Path) -> None:
    rig.reader.no_proxy, rig.reader.signs = "No proxy of one.mp4: the disk is full.", [tmp_path / "thumbnails"]
    rig.list.add(files(tmp_path, "one.mp4"))
    rig.settle()
    (row,) = rig.list.rows
    assert (row.status, row.reason, row.note) == (MediaStatus.READY, "", rig.reader.no_proxy)
    rig.reader.no_proxy = ""
    rig.reader.signs[0].unlink()
    rig.list.check_files()
    rig.settle()
    assert rig.list.rows[0].note == ""


def test_a_film_that_is_linked_anew_while_it_is_analysed_is_analysed_in_its_new_place(rig: Rig, tmp_path: Path) -> None:
    old, new = files(tmp_path, "one.mp4", "moved/one.mp4")
    begun, go = threading.Event(), threading.Event()
    analyse = rig.reader.import_media

    def analysing(asset: Asset, context: JobContext) -> ImportResult:
        begun.set()
        assert go.wait(10)
        return analyse(asset, context)

    rig.reader.import_media = analysing  # type: ignore[method-assign]
    rig.list.add([old])
    while not begun.is_set():
        rig.posted.get(timeout=10)()
    (asset,) = rig.session.project.assets
    rig.session.apply("Relink one", lambda project: relink(project, asset.id, str(new)))
    rig.list.check_files()
    go.set()
    rig.settle()
    (row,) = rig.list.rows
    assert (row.path, row.status, row.scenes) == (str(new), MediaStatus.READY, SCENES)


def test_pictures_that_vanish_are_not_made_from_where_the_film_was(rig: Rig, tmp_path: Path) -> None:
    old, new = files(tmp_path, "one.mp4", "moved/one.mp4")
    asked: list[tuple[list[str], Callable[[Mapping[str, bool]], None]]] = []
    read: list[str] = []
    analyse = rig.reader.import_media

    def analysing(asset: Asset, context: JobContext) -> ImportResult:
        read.append(asset.path)
        return analyse(asset, context)

    rig.reader.import_media = analysing  # type: ignore[method-assign]
    rig.reader.signs = [tmp_path / "thumbnails"]
    made = MediaList(
        rig.session, rig.jobs, rig.reader, rig.posted.put, lambda paths, then: asked.append(([*paths], then))
    )
    made.add([old])
    rig.settle()
    made.check_files()
    (asset,) = rig.session.project.assets
    rig.session.apply("Relink one", lambda project: relink(project, asset.id, str(new)))
    paths, told = asked.pop()
    told(dict.fromkeys(paths, False))
    rig.settle()
    assert read == [str(old)]
    made.check_files()
    while asked:
        paths, told = asked.pop(0)
        told({path: path == str(new) for path in paths})
        rig.settle()
    assert read == [str(old), str(new)]
    assert [(row.path, row.status) for row in made.rows] == [(str(new), MediaStatus.READY)]
    made.close()
