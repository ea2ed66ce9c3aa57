"""Versions of a project: whole snapshots in the profile, numbered, thinned out by time, never written over.

A file is gzip: one line that tells what it is, then the document as in a project file. They lie
under the project's id, so that two projects of one name never meet.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from app.core.base.errors import UserError
from app.core.base.files import write_atomically, write_error
from app.core.base.ids import new_id
from app.core.model.clip import Clip
from app.core.model.encoding import Json, encode
from app.core.model.project import Project
from app.core.session.recovery import Version, VersionKind
from app.storage.project_file import LARGEST_FILE, damaged, head, parse, to_project

FORMAT = "insomnia version"
SUFFIX = ".version"
MOST = 30
_NEWEST = 10  # of those that are not thinned out
_MOST_EDITS = 2000
_LONGEST_LINE = 1_000_000
_NAME = re.compile(r"(\d{6,12})-[0-9a-f]{6}\.version")


class Versions:
    """Those of one project, in ``folder``; at most ``most`` that have no name. Any thread."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most

    def keep(
        self, project: Project, kind: VersionKind, name: str, edits: tuple[str, ...], when: datetime | None = None
    ) -> Version | None:
        """Keep ``project``; None where no ``name`` is given and the newest version is the same, or none are wanted.

        Raises:
            UserError: it cannot be written.
        """
        if not name and not self._most:
            return None
        document = json.dumps({**head(), **encode(project)}, separators=(",", ":"), allow_nan=False).encode()
        digest = hashlib.sha256(document).hexdigest()
        known = self._known()
        if not name and known and known[0][1] == digest:
            return None
        number = known[0][0].number + 1 if known else 1
        moment = when or datetime.now(UTC)
        about = {
            "format": FORMAT,
            "when": moment.isoformat(timespec="seconds"),
            "kind": kind,
            "name": name,
            "clips": _clips(project),
            "digest": digest,
            "edits": list(edits[-_MOST_EDITS:]),
        }
        path = self._folder / f"{number:06}-{new_id()[:6]}{SUFFIX}"
        data = gzip.compress(json.dumps(about).encode() + b"\n" + document, compresslevel=4)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(self._folder, error) from error
        write_atomically(path, data)
        kept = Version(str(path), number, moment, kind, name, _clips(project), edits)
        self._thin_out([kept, *(version for version, _ in known)])
        return kept

    def all(self) -> tuple[Version, ...]:
        """All that can be read, the newest first."""
        return tuple(version for version, _ in self._known())

    def _known(self) -> list[tuple[Version, str]]:
        try:
            files = [path for path in self._folder.iterdir() if _NAME.fullmatch(path.name)]
        except OSError:
            return []
        found = [each for each in map(_about, files) if each is not None]
        return sorted(found, key=lambda each: each[0].number, reverse=True)

    def _thin_out(self, versions: list[Version]) -> None:
        """Of too many without a name, remove those whose neighbours in time are nearest; the newest stay."""
        unnamed = [version for version in versions if version.kind != "named"]
        while len(unnamed) > self._most:
            place = min(
                range(max(1, min(_NEWEST, self._most // 3)), len(unnamed) - 1),
                key=lambda place: (unnamed[place - 1].when - unnamed[place + 1].when).total_seconds(),
                default=len(unnamed) - 1,
            )
            with contextlib.suppress(OSError):
                Path(unnamed[place].key).unlink()
            del unnamed[place]


def load_version(path: Path) -> Project:
    """The snapshot in ``path``.

    Raises:
        UserError: it is damaged.
    """
    try:
        with gzip.open(path, "rb") as file:
            file.readline(_LONGEST_LINE)
            data = file.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(str(path), f"the version is damaged: {error}", "choose another version") from error
    if len(data) > LARGEST_FILE:
        raise damaged(path, "it is larger than a project can be")
    return to_project(parse(data, path), path)


def _about(path: Path) -> tuple[Version, str] | None:
    """What a file says of itself; None for one that is damaged, which is passed over."""
    try:
        with gzip.open(path, "rb") as file:
            return _told(path, _first_line(file))
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, RecursionError):
        return None


def _first_line(file: gzip.GzipFile) -> Json:
    return json.loads(file.readline(_LONGEST_LINE))


def _told(path: Path, about: Json) -> tuple[Version, str]:
    kind = about["kind"]
    if about["format"] != FORMAT or kind not in get_args(VersionKind):
        raise ValueError("not a version")
    when = datetime.fromisoformat(about["when"])
    number = int(path.name.partition("-")[0])
    edits = tuple(str(each) for each in about["edits"])
    moment = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return Version(str(path), number, moment, kind, str(about["name"]), int(about["clips"]), edits), str(
        about["digest"]
    )


def _clips(project: Project) -> int:
    rows: Iterable[Iterable[object]] = (track.items for sequence in project.sequences for track in sequence.tracks)
    return sum(isinstance(item, Clip) for row in rows for item in row)
