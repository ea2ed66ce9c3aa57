"""Projects as commands read and write them: ``.insomnia`` or a timeline of other programs, by the name's ending."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Desk
from app.core.base.errors import UserError
from app.core.base.time import parse_rate

if TYPE_CHECKING:
    from app.core.interchange.knowledge import Knowledge
    from app.core.model.project import Project

PROJECT, OTIO, OTIOZ, EDL, FCP7 = ".insomnia", ".otio", ".otioz", ".edl", ".xml"
ENDINGS = (PROJECT, OTIO, OTIOZ, EDL, FCP7)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a timeline is read: where its media are looked for, what an EDL counts at, where a bundle's media go."""

    media: Path | None = None
    rate: Fraction | None = None
    unpack_to: Path | None = None


def ending(path: Path) -> str:
    """The kind of a project's name.

    Raises:
        UserError: it is none of them.
    """
    found = path.suffix.lower()
    if found not in ENDINGS:
        why = f"its name does not end with {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        raise UserError(str(path), why, "choose a project or a timeline")
    return found


def rate_option(text: str | None) -> Fraction | None:
    """The value of ``--rate``.

    Raises:
        UserError: it is no frame rate.
    """
    if text is None:
        return None
    try:
        return parse_rate(text)
    except ValueError:
        raise UserError("--rate", f"{text!r} is no frame rate", "write for example 25 or 29.97") from None


@contextlib.contextmanager
def unpacking(path: Path, desk: Desk) -> Iterator[Path | None]:
    """A folder in the cache for the media of a bundle, gone afterwards; None where ``path`` is no bundle."""
    if path.suffix.lower() != OTIOZ:
        yield None
        return
    cache = desk.services.profile.cache
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unpacked-", dir=cache) as folder:
        yield Path(folder)


def load_project(path: Path, desk: Desk, how: Reading | None = None) -> tuple[Project, list[str]]:
    """The project in ``path``, and what of a timeline is not in it.

    Raises:
        UserError: it cannot be read, or media of a timeline are missing.
    """
    how = how or Reading()
    if ending(path) == PROJECT:
        if how.rate is not None:
            raise UserError("--rate", "a project says its rate itself", "leave it out; it is for an EDL")
        return desk.services.store.load(path), []
    from app.core.interchange.timelines import read_file

    with desk.progress.job(f"media of {path.name}") as context:
        project, report = read_file(
            path,
            lambda media: desk.services.ingest.asset(media, context),
            context,
            media_dir=how.media,
            rate=how.rate,
            unpack_to=how.unpack_to,
            knowledge=knowledge_at(desk),
        )
    return project, report.lines()


def save_project(project: Project, path: Path, desk: Desk) -> list[str]:
    """Write ``project`` and return what the file does not hold.

    Raises:
        UserError: the place cannot be written, or the format cannot hold it.
    """
    if ending(path) == PROJECT:
        desk.services.store.save(project, path)
        return []
    from app.core.interchange.timelines import write_file

    with desk.progress.job(f"write {path.name}") as context:
        return write_file(project, path, context, knowledge_at(desk)).lines()


def knowledge_at(desk: Desk) -> Knowledge:
    """The scenes and words in the library, opened when they are asked for."""
    from app.core.session.library_knowledge import LibraryKnowledge

    return LibraryKnowledge(lambda: desk.services.library, lambda: desk.services.transcription)
