"""A film that was met before is known by its content, and found by the name it has today."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.media.handlers import probe_handler
from tests.helpers.ingest import HANDLERS, make_desk
from tests.helpers.media import make_film


def test_a_renamed_film_is_kept_by_its_new_name_and_not_probed_again(tmp_path: Path) -> None:
    desk, old, new = make_desk(tmp_path / "cache"), tmp_path / "old.mp4", tmp_path / "new.mp4"
    make_film(old, frames=3)
    desk.ingest.asset(old, InlineContext())
    old.rename(new)
    assert desk.ingest.asset(new, InlineContext()).path == str(new)
    assert [known.path for known in desk.library.kept.values()] == [str(new)]
    assert desk.workers.count("probe") == 1


def test_a_copy_takes_nothing_from_the_first(tmp_path: Path) -> None:
    desk, first, copy = make_desk(tmp_path / "cache"), tmp_path / "first.mp4", tmp_path / "copy.mp4"
    make_film(first, frames=3)
    desk.ingest.asset(first, InlineContext())
    shutil.copy(first, copy)
    desk.ingest.asset(copy, InlineContext())
    assert [known.path for known in desk.library.kept.values()] == [str(first)]


def test_an_answer_that_makes_no_sense_is_refused_by_the_file(tmp_path: Path) -> None:
    def endless(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
        found = probe_handler(args, context)
        return {**found, "info": {**found["info"], "duration": 1 << 70}}

    desk = make_desk(tmp_path / "cache", handlers={**HANDLERS, "probe": endless})
    make_film(tmp_path / "film.mp4", frames=3)
    with pytest.raises(UserError, match=r"film\.mp4.*makes no sense: \.duration is too large a number"):
        desk.ingest.asset(tmp_path / "film.mp4", InlineContext())
