"""Which files of a folder are media."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.core.jobs.context import JobContext

# In a folder these are taken; a file that was named itself is tried whatever it is called.
MEDIA_ENDINGS = frozenset(
    {
        ".3g2",
        ".3gp",
        ".aac",
        ".ac3",
        ".aif",
        ".aiff",
        ".avi",
        ".bmp",
        ".dv",
        ".flac",
        ".flv",
        ".gif",
        ".jpeg",
        ".jpg",
        ".m2ts",
        ".m4a",
        ".m4v",
        ".mka",
        ".mkv",
        ".mov",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".oga",
        ".ogg",
        ".ogv",
        ".opus",
        ".png",
        ".tif",
        ".tiff",
        ".ts",
        ".vob",
        ".wav",
        ".webm",
        ".webp",
        ".wma",
        ".wmv",
    }
)


def media_in(folder: Path, context: JobContext) -> Iterator[Path]:
    """The media files below ``folder``, in order of name; hidden ones and links out of it are left out."""
    inside = os.path.realpath(folder)
    for place, folders, names in os.walk(folder):
        context.check()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in MEDIA_ENDINGS:
                continue
            if os.path.realpath(path).startswith(inside + os.sep):
                yield path
