"""What a worker process does for media: meeting a file for the first time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.base.files import write_error
from app.core.jobs.context import JobContext
from app.core.media.fingerprint import file_size, fingerprint
from app.core.media.index_build import build_index
from app.core.media.probe import probe
from app.core.media.seek_cost import seeks_quickly
from app.core.model.encoding import encode


def probe_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """``{"path"}`` -> ``{"info", "fingerprint", "size"}``; ``info`` as ``model.encoding`` writes it."""
    path = str(args["path"])
    key, size = fingerprint(path), file_size(path)
    return {"info": encode(probe(path, context)), "fingerprint": key, "size": size}


def index_handler(args: dict[str, Any], context: JobContext) -> dict[str, Any]:
    """``{"path", "stream", "out"}`` -> ``{"frames"}``; the index, with what seeks cost, goes to the file ``out``."""
    index = build_index(str(args["path"]), int(args["stream"]), context)
    index = replace(index, quick=seeks_quickly(str(args["path"]), index))
    out = Path(args["out"])
    try:
        with open(out, "wb") as file:
            index.save(file)
    except OSError as error:
        raise write_error(out, error) from error
    return {"frames": len(index)}
