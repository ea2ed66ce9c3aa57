"""Where a command may write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.cli.outputs import require_free
from app.core.base.errors import UserError


def test_a_new_name_in_a_folder_is_free(tmp_path: Path) -> None:
    require_free(tmp_path / "new.mp4", overwrite=False, inputs=[tmp_path / "old.mp4"])


def test_what_exists_needs_leave(tmp_path: Path) -> None:
    target = tmp_path / "there.mp4"
    target.write_text("")
    with pytest.raises(UserError, match="it exists already; choose another name or add --overwrite"):
        require_free(target, overwrite=False)
    require_free(target, overwrite=True)


def test_a_link_that_leads_nowhere_exists_too(tmp_path: Path) -> None:
    target = tmp_path / "link.mp4"
    target.symlink_to(tmp_path / "nothing")
    with pytest.raises(UserError, match="it exists already"):
        require_free(target, overwrite=False)


def test_inputs_are_never_written_over_by_whatever_name(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_text("film")
    (tmp_path / "soft.mp4").symlink_to(source)
    os.link(source, tmp_path / "hard.mp4")
    (tmp_path / "sub").mkdir()
    for other in (source, tmp_path / "soft.mp4", tmp_path / "hard.mp4", tmp_path / "sub" / ".." / "film.mp4"):
        with pytest.raises(UserError, match="written over another file of this command"):
            require_free(other, overwrite=True, inputs=[source])


def test_folders_pipes_and_missing_folders_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for target, reason in (
        (tmp_path, "a folder has that name"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "none" / "a.mp4", "its folder does not exist"),
        (tmp_path / ("x" * 300 + ".mp4"), "the name is too long"),
    ):
        with pytest.raises(UserError, match=reason):
            require_free(target, overwrite=True)
