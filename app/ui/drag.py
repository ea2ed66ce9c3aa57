"""What panes drag to each other: media and parts of media, as JSON under a type of our own.

The text is a list of objects ``{"asset": ID, "start": FLICKS, "end": FLICKS, "name": TEXT}``; without
``start`` and ``end`` the whole asset is meant, without ``name`` its own name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QMimeData

from app.core.base.time import Flicks

MEDIA_TYPE = "application/x-insomnia-media"


@dataclass(frozen=True, slots=True)
class DraggedMedia:
    """A piece of an asset on its way: media time ``[start, end)``, or all of it where both are None."""

    asset: str
    start: Flicks | None = None
    end: Flicks | None = None
    name: str = ""


def to_mime(media: Iterable[DraggedMedia]) -> QMimeData:
    """``media`` as the data of a drag."""
    listed = [{"asset": each.asset, "start": each.start, "end": each.end, "name": each.name} for each in media]
    data = QMimeData()
    data.setData(MEDIA_TYPE, json.dumps(listed).encode())
    return data


def from_mime(data: QMimeData) -> tuple[DraggedMedia, ...]:
    """The media that ``data`` carries; nothing where it carries none or what it carries is malformed."""
    if not data.hasFormat(MEDIA_TYPE):
        return ()
    try:
        listed = json.loads(bytes(data.data(MEDIA_TYPE).data()))
    except ValueError:
        return ()
    read = [_read(each) for each in listed] if isinstance(listed, list) else []
    return tuple(each for each in read if each is not None)


def _read(entry: object) -> DraggedMedia | None:
    if not isinstance(entry, dict):
        return None
    asset, start, end, name = (entry.get(key) for key in ("asset", "start", "end", "name"))
    if not isinstance(asset, str):
        return None
    title = name if isinstance(name, str) else ""
    if start is None and end is None:
        return DraggedMedia(asset, None, None, title)
    if isinstance(start, bool) or isinstance(end, bool) or not isinstance(start, int) or not isinstance(end, int):
        return None
    return DraggedMedia(asset, start, end, title) if start < end else None
