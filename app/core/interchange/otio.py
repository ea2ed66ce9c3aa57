"""OpenTimelineIO files (``.otio``), in and out. https://opentimelineio.readthedocs.io"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.base.errors import UserError, one_line
from app.core.base.files import write_atomically
from app.core.interchange.knowledge import NOTHING, Knowledge
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_check import checked_text
from app.core.interchange.otio_media import MediaFinder
from app.core.interchange.otio_read import read_timeline
from app.core.interchange.otio_write import timeline_of
from app.core.model.asset import Asset
from app.core.model.project import Project

SUFFIX = ".otio"

_HOLDERS = ("SerializableCollection",)


def read(
    path: Path, media_dir: Path | None, ingest: Callable[[Path], Asset], knowledge: Knowledge = NOTHING
) -> tuple[Project, LossReport]:
    """The project in an OTIO file, and what of the file is not in it.

    Media are found by their path, or by name in ``media_dir`` (default: the file's folder), and
    never on a network; ``ingest`` turns each file into an asset. A file that Insomnia wrote gives
    the project it was made from. A foreign timeline without sound tracks brings the sound of its
    films along. ``knowledge`` learns scenes and words that the file brings along.

    Raises:
        UserError: no such file, none that is safe to parse, or media are missing (all are listed)
            or cannot be used.
    """
    report = LossReport()
    timeline = parsed_timeline(path, checked_text(path))
    finder = MediaFinder(path, media_dir, ingest)
    return read_timeline(path, timeline, finder, report, knowledge=knowledge), report


def write(project: Project, path: Path, knowledge: Knowledge = NOTHING) -> LossReport:
    """Write the first sequence of ``project``: other programs see every cut at the same frame.

    Scenes and words that ``knowledge`` has go along. Returns what they will not see.
    ``path`` afterwards holds the old file or the new one, whole.

    Raises:
        UserError: the name does not end with ``.otio``, there is no sequence, or the place cannot
            be written.
    """
    if path.suffix.lower() != SUFFIX:
        raise UserError(str(path), f"the name of an OTIO file ends with {SUFFIX}", "choose such a name")
    if not project.sequences:
        raise UserError(project.name, "it has no sequence", "put something on a timeline first")
    report = LossReport()
    write_atomically(path, otio_data(timeline_of(project, report, knowledge=knowledge)))
    return report


def otio_data(timeline: Any) -> bytes:
    """An OTIO timeline as the contents of a file."""
    from opentimelineio.core import serialize_json_to_string

    return f"{serialize_json_to_string(timeline, indent=4)}\n".encode()


def parsed_timeline(path: Path, text: str) -> Any:
    """The OTIO timeline in ``text``, which was checked and lies in ``path``.

    Raises:
        UserError: it is none, or there are several.
    """
    return _timeline(path, _parsed(path, text))


def _parsed(path: Path, text: str) -> Any:
    # The parser itself, not the adapters: those run hooks and plug-ins that the environment names.
    from opentimelineio.core import deserialize_json_from_string
    from opentimelineio.exceptions import OTIOError

    try:
        return deserialize_json_from_string(text)
    except (OTIOError, ValueError, KeyError, TypeError, IndexError) as problem:
        why = f"OpenTimelineIO does not understand it: {one_line(str(problem))[:200]}"
        raise UserError(str(path), why, "write the timeline again, or choose another file") from problem


def _timeline(path: Path, found: Any) -> Any:
    """The timeline of a file, also where it is the only thing in a collection."""
    schema = found.schema_name() if hasattr(found, "schema_name") else ""
    if schema in _HOLDERS:
        timelines = [each for each in found if each.schema_name() == "Timeline"]
        if len(timelines) > 1:
            names = ", ".join(one_line(each.name or "without name")[:60] for each in timelines[:10])
            raise UserError(str(path), f"it holds several timelines: {names}", "write one timeline to a file")
        found = timelines[0] if timelines else found
        schema = found.schema_name()
    if schema != "Timeline" or found.tracks is None:
        raise UserError(str(path), "it holds no timeline", "choose an OTIO file with a timeline")
    return found
