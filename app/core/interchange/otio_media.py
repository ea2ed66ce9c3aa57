"""Where the media of a timeline lie: local files only, found by path or by name."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from app.core.base.errors import UserError
from app.core.model.asset import Asset

Ingest = Callable[[Path], Asset]

_URL = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://(.*)$", re.DOTALL)
_DRIVE = re.compile(r"^/?[A-Za-z]:[/\\]")
_MOST_FOLDERS = 8
_MOST_NAMED = 50
_MOST_LISTED = 20_000
_FILMS = frozenset({".mov", ".mp4", ".mxf", ".mkv", ".avi", ".m4v", ".mts", ".webm"})
_NO_MEDIA = frozenset(
    {"", ".edl", ".otio", ".otioz", ".xml", ".insomnia", ".srt", ".vtt", ".ass", ".txt", ".json", ".csv", ".pdf"}
)


class MediaFinder:
    """Finds and takes in the media that one timeline file refers to.

    ``media_dir`` is where media are looked for by name; the file's own folder by default.
    ``known`` are references whose files are known already.
    """

    def __init__(
        self, file: Path, media_dir: Path | None, ingest: Ingest, known: Mapping[str, Path] | None = None
    ) -> None:
        self._file = file
        own = Path(os.path.abspath(file)).parent
        self._folders = [own] if media_dir is None else [Path(os.path.abspath(media_dir)), own]
        self._ingest = ingest
        self._paths: dict[str, Path | None] = dict(known or {})
        self._stems: dict[str, Path] | None = None
        self._assets: dict[Path, Asset] = {}

    def find(self, reference: str) -> Path | None:
        """The file that a URL, path or name leads to; None where there is none.

        Raises:
            UserError: it leads to a network.
        """
        if reference not in self._paths:
            self._paths[reference] = next((each for each in self._candidates(reference) if _is_file(each)), None)
        return self._paths[reference]

    def find_stem(self, stem: str) -> Path | None:
        """The media file that is called so but for its ending, in capitals or not; for reels and clips of an EDL."""
        if self._stems is None:
            self._stems = {}
            for folder in self._folders:
                for path in sorted(_listed(folder), key=lambda each: (each.suffix.lower() not in _FILMS, each.name)):
                    self._stems.setdefault(path.stem.casefold(), path)
        return self._stems.get(stem.casefold())

    def require(self, references: Iterable[str]) -> None:
        """Find all of them.

        Raises:
            UserError: some are missing: one message that lists them, or they lead to a network.
        """
        missing = [reference for reference in dict.fromkeys(references) if self.find(reference) is None]
        if not missing:
            return
        named = ", ".join(shown(each) for each in missing[:_MOST_NAMED])
        if len(missing) > _MOST_NAMED:
            named += f" and {len(missing) - _MOST_NAMED} more"
        why = f"media are missing: {named}" if len(missing) > 1 else f"a medium is missing: {named}"
        raise UserError(str(self._file), why, f"put them into {self._folders[0]}, or name the folder they are in")

    def asset(self, reference: str) -> Asset:
        """The asset behind a reference that was found; each file is taken in once.

        Raises:
            UserError: the file cannot be used.
        """
        path = self.find(reference)
        if path is None:
            raise ValueError(f"{reference} was not found")
        if path not in self._assets:
            self._assets[path] = self._ingest(path)
        return self._assets[path]

    def _candidates(self, reference: str) -> Iterable[Path]:
        """Absolute paths to try, best first."""
        for text in _spellings(self._file, reference):
            if not text or "\0" in text:
                continue
            if text.startswith(("//", "\\\\")):
                pass  # another computer: only its names count
            elif Path(text).is_absolute():
                yield Path(text)
            elif not _DRIVE.match(text):
                yield from (folder / text for folder in self._folders)
            yield from (folder / tail for folder in self._folders for tail in _tails(text))


def shown(reference: str) -> str:
    """The last part of a reference, for messages."""
    return re.split(r"[/\\]", reference.rstrip("/\\"))[-1][:120] or reference[:120]


def _spellings(file: Path, reference: str) -> list[str]:
    """The paths that a reference may mean: percent signs are those of a URL, or of a name."""
    match = _URL.match(reference)
    if match is None:
        return list(dict.fromkeys((reference, _decoded(reference))))
    scheme, rest = match[1].lower(), match[2]
    host, slash, path = rest.partition("/")
    if scheme != "file" or (host.lower() not in ("", "localhost") and not _DRIVE.match(host + slash)):
        why = f"it refers to {reference[:120]!r}, and media on a network are never opened"
        raise UserError(str(file), why, "copy the media to this computer and refer to the copy")
    path = host + slash + path if _DRIVE.match(host + slash) else slash + path
    spellings = list(dict.fromkeys((_decoded(path), path)))
    return [each.lstrip("/") if os.name == "nt" and _DRIVE.match(each) else each for each in spellings]


def _listed(folder: Path) -> list[Path]:
    try:
        found = [
            each for each in itertools.islice(folder.iterdir(), _MOST_LISTED) if each.suffix.lower() not in _NO_MEDIA
        ]
        return [each for each in found if _is_file(each)]
    except OSError:
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long, a folder that may not be read
        return False


def _decoded(text: str) -> str:
    return os.fsdecode(unquote_to_bytes(text.encode("utf-8", "surrogateescape")))


def _tails(text: str) -> list[Path]:
    """The ends of a path from another computer, longest first: ``cam1/a.mp4``, ``a.mp4``."""
    parts = [part for part in re.split(r"[/\\]", text) if part not in ("", ".")]
    if ".." in parts:
        parts = parts[len(parts) - parts[::-1].index("..") :]
    parts = [part for part in parts if not re.fullmatch(r"[A-Za-z]:", part)][-_MOST_FOLDERS:]
    return [Path(*parts[first:]) for first in range(len(parts))]
