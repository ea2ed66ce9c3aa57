"""Files that a command makes: never in place of another by accident, never in place of what it reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import same_file, write_error


def require_free(target: Path, *, overwrite: bool, inputs: Iterable[Path] = ()) -> None:
    """Make sure that ``target`` may be written, before any work is done.

    Raises:
        UserError: it exists and ``overwrite`` was not asked for, it is one of ``inputs``, it is no
            regular file, or its folder is missing or out of reach.
    """
    try:
        _require_free(target, overwrite, inputs)
    except OSError as error:
        raise write_error(target, error) from error


def require_ending(target: Path, ending: str, kind: str) -> None:
    """Make sure that ``target`` is named as a ``kind`` of file is.

    Raises:
        UserError: it is not.
    """
    if target.suffix.lower() != ending:
        raise UserError(str(target), f"the name of {kind} ends with {ending}", "add the ending")


def _require_free(target: Path, overwrite: bool, inputs: Iterable[Path]) -> None:
    for source in inputs:
        if same_file(target, source):
            raise UserError(str(target), "it would be written over another file of this command", "choose another name")
    if target.is_dir():
        raise UserError(str(target), "a folder has that name", "choose another name")
    if target.exists() and not target.is_file():
        raise UserError(str(target), "it is not a regular file", "choose another name")
    if (target.exists() or target.is_symlink()) and not overwrite:
        raise UserError(str(target), "it exists already", "choose another name or add --overwrite")
    if not target.parent.is_dir():
        raise UserError(str(target), "its folder does not exist", "make the folder or choose another place")
