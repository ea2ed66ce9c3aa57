"""Meeting a file: what is in it is asked of a worker once, and remembered by content."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.jobs.context import JobContext
from app.core.media.fingerprint import file_size, fingerprint
from app.core.media.indexes import Caller
from app.core.model.asset import Asset, MediaInfo
from app.core.model.encoding import Malformed, decode
from app.core.session.ports import KnownMedia, Library


def met(path: Path, library: Library, workers: Caller, context: JobContext) -> Asset:
    """The file as a new asset. Content that ``library`` knows is not probed again.

    Raises:
        UserError: it cannot be used; names it.
        Cancelled: ``context`` was cancelled.
    """
    path = Path(os.path.abspath(path))
    key, size = fingerprint(path), file_size(path)
    known = library.media(key)
    if known is None:
        found = workers.call("probe", {"path": str(path)}, context=context)
        key, size = str(found["fingerprint"]), int(found["size"])
        known = KnownMedia(key, size, str(path), _info(path, found["info"]))
        library.keep_media(known)
    elif known.path != str(path) and not os.path.exists(known.path):  # noqa: PTH110 - never raises
        library.keep_media(replace(known, path=str(path)))  # moved or renamed: found by its new name
    return Asset(new_id(), path.name, str(path), size, key, known.info)


def _info(path: Path, said: Any) -> MediaInfo:
    try:
        return decode(MediaInfo, said)
    except Malformed as problem:  # lengths of thousands of years, for one
        why = f"what is read in it makes no sense: {problem.where} {problem.why}"
        raise UserError(str(path), why, "the file is probably damaged: play it elsewhere to check it") from problem
