"""A film shows along its length before it is read, and by its own thumbnails afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.core.base.time import SECOND
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from tests.helpers.ingest import HANDLERS, Desk, make_desk
from tests.helpers.media import make_film, read_number

CONTEXT = InlineContext()


def number_on(jpeg: bytes | None) -> int | None:
    assert jpeg is not None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return read_number(np.asarray(picture, np.uint8))


def test_key_frames_stand_in_until_the_film_is_read(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=1200, gop=100, width=320, height=180, audio=False)
    seen: list[int | None] = []
    desks: list[Desk] = []

    def chunk(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if not seen:
            times = (0, 13 * SECOND, 47 * SECOND)
            seen.extend(number_on(desks[0].ingest.thumbnail(asset, time)) for time in times)
        return HANDLERS["import_chunk"](args, context)

    desks.append(make_desk(tmp_path / "cache", handlers={**HANDLERS, "import_chunk": chunk}))
    [desk] = desks
    asset = desk.ingest.asset(film.path, CONTEXT)
    desk.ingest.import_media(asset, CONTEXT)
    assert seen == [0, 300, 1100]
    assert number_on(desk.ingest.thumbnail(asset, 47 * SECOND)) in range(1150, 1176)
    assert not list(desk.cache.root.rglob("*glance*"))
    desk.ingest.import_media(asset, CONTEXT)
    assert desk.workers.count("glance") == 1


def test_a_short_film_is_read_at_once(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "cache")
    asset = desk.ingest.asset(make_film(tmp_path / "film.mp4", frames=60, audio=False).path, CONTEXT)
    desk.ingest.import_media(asset, CONTEXT)
    assert desk.workers.count("glance") == 0
