"""A film that was met before is known by its content, and found by the name it has today."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.core.jobs.inline import InlineContext
from tests.helpers.ingest import make_desk
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
