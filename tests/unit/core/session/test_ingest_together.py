"""Two programs at work on one film in one profile: neither spoils what the other makes."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.base.files import write_error
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.disk_cache import DiskCache
from app.core.session.ingest_chunks import Chunk, ChunkStore, Product
from app.core.session.ingest_segments import segment_handler
from tests.helpers.ingest import HANDLERS, Desk, make_desk
from tests.helpers.media import make_film

FRAMES = 50


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("together") / "film.mp4"
    make_film(path, frames=FRAMES)
    return path


def score(desk: Desk, film: Path) -> int:
    asset = desk.ingest.asset(film, InlineContext())
    return len(desk.ingest.scores(asset, InlineContext()))


def files_in(folder: Path, kind: str) -> list[Path]:
    return [file for file in (folder / kind).rglob("*") if file.is_file()]


@pytest.mark.parametrize("moment", ["import_chunk", "join_scores"])
def test_scores_that_another_program_joined_first_are_taken(film: Path, tmp_path: Path, moment: str) -> None:
    other = make_desk(tmp_path)
    met: list[int] = []

    def late(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if not met:
            met.append(score(other, film))
        return HANDLERS[moment](args, context)

    mine = make_desk(tmp_path, handlers={**HANDLERS, moment: late})
    assert score(mine, film) == FRAMES
    assert met == [FRAMES]


def test_joined_scores_outlive_a_program_that_comes_too_late(film: Path, tmp_path: Path) -> None:
    other = make_desk(tmp_path)
    kept: list[bytes] = []

    def late(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        score(other, film)
        answer = HANDLERS["join_scores"](args, context)
        kept.extend(file.read_bytes() for file in files_in(tmp_path, "joined") if file.suffix == ".npz")
        return answer

    mine = make_desk(tmp_path, handlers={**HANDLERS, "join_scores": late})
    score(mine, film)
    assert mine.workers.count("join_scores") == 1
    assert [file.read_bytes() for file in files_in(tmp_path, "joined") if file.suffix == ".npz"] == [
        data for data in kept if data
    ]


def test_a_damaged_piece_of_the_scores_is_read_again(film: Path, tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    asset = desk.ingest.asset(film, InlineContext())
    scores: tuple[Product, ...] = ("scores",)
    desk.ingest.import_media(asset, InlineContext(), scores)
    (piece,) = (file for file in files_in(tmp_path, "scores") if file.suffix == ".npz")
    piece.write_bytes(bytes(piece.stat().st_size))
    assert len(desk.ingest.scores(asset, InlineContext())) == FRAMES


class Emptied(DiskCache):
    """A cache that is cleaned by another program as soon as something is in it."""

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        with super().writing(path) as temporary:
            yield temporary
        path.unlink()


def test_a_file_that_is_taken_away_at_once_is_not_there_and_no_fault(tmp_path: Path) -> None:
    store, chunk = ChunkStore(Emptied(tmp_path), "ab" * 16, {"scores": "v1"}), Chunk(0, 10)
    with store.making(("scores",), chunk) as files:
        files["scores"].write_bytes(b"123")
    assert not store.done("scores", chunk)


def test_segments_written_at_the_same_time_are_whole(film: Path, tmp_path: Path) -> None:
    """Where the other is at work on the very same file, each has a part of its own."""
    other = make_desk(tmp_path / "cache")
    parts: list[str] = []

    def write(desk: Desk) -> tuple[Path, ...]:
        asset = desk.ingest.asset(film, InlineContext())
        scenes = desk.ingest.scenes(asset, InlineContext())
        return tuple(each.path for each in desk.ingest.segments(asset, scenes, ("mezzanine",), InlineContext()))

    def during(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        parts.append(args["out"])
        answer = segment_handler(args, context)
        write(other)
        assert Path(args["out"]).is_file()
        return answer

    mine = make_desk(tmp_path / "cache", handlers={**HANDLERS, "segment": during})
    (path,) = write(mine)
    asked = [args["out"] for name, args in other.workers.calls if name == "segment"]
    assert len({*parts, *asked}) == 2
    assert files_in(tmp_path / "cache", "segments") == [path]


def test_a_segment_that_finds_no_room_is_named_as_the_person_knows_it(film: Path, tmp_path: Path) -> None:
    def full(args: dict[str, Any], _context: JobContext) -> dict[str, Any]:
        raise write_error(Path(args["out"]), OSError(errno.ENOSPC, "full"))

    desk = make_desk(tmp_path / "cache", handlers={**HANDLERS, "segment": full})
    asset = desk.ingest.asset(film, InlineContext())
    scenes = desk.ingest.scenes(asset, InlineContext())
    with pytest.raises(UserError, match="disk is full") as caught:
        desk.ingest.segments(asset, scenes, ("mezzanine",), InlineContext(), tmp_path / "out")
    assert caught.value.what == str(tmp_path / "out" / "film-000-mezzanine.mov")
    assert not list((tmp_path / "out").iterdir())
