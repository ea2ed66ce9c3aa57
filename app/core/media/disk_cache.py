"""Derived data on disk, by content. Anything here may vanish at any moment and is made again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.base.files import write_error

_KEY = re.compile(r"[0-9a-f]{16,128}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PARTIAL = ".part"
_OLD_PARTIAL_SECONDS = 24 * 3600
# https://bford.info/cachedir/: backup programs leave such folders out.
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# What Insomnia can make again from your media.\n"


@dataclass(frozen=True, slots=True)
class KindInfo:
    """How much of one kind the cache holds; an entry is the folder of one content."""

    kind: str
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds."""

    root: Path
    kinds: tuple[KindInfo, ...]

    @property
    def entries(self) -> int:
        """Entries of all kinds."""
        return sum(kind.entries for kind in self.kinds)

    @property
    def bytes(self) -> int:
        """Bytes of all kinds."""
        return sum(kind.bytes for kind in self.kinds)


class DiskCache:
    """Folders ``root/kind/first two digits/fingerprint``. Safe from any thread and process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, fingerprint: str, kind: str) -> Path:
        """Where data of ``kind`` (a word in lower case) about a content lie; nothing is made.

        A fingerprint from a file that lies about it cannot lead out of the cache.
        """
        if not _KIND.fullmatch(kind):
            raise ValueError(f"no kind of cache data: {kind!r}")
        if not _KEY.fullmatch(fingerprint):
            fingerprint = hashlib.blake2b(fingerprint.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return self.root / kind / fingerprint[:2] / fingerprint

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Run a block that writes a file for ``path`` (below :attr:`root`) to the path it is given.

        The file appears under its name only when the block ends well; otherwise nothing is left.

        Raises:
            UserError: the cache cannot be written (full disk, read-only folder).
        """
        temporary: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._tag()
            descriptor, name = tempfile.mkstemp(suffix=_PARTIAL, prefix=f".{path.stem[:40]}.", dir=path.parent)
            os.close(descriptor)
            temporary = Path(name)
            yield temporary
            os.replace(temporary, path)
        except OSError as error:
            raise write_error(path, error) from error
        finally:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    temporary.unlink()

    @contextlib.contextmanager
    def temporary(self, fingerprint: str, kind: str) -> Iterator[Path]:
        """An empty file that is there while the block runs; after a kill it goes with the leftovers.

        Raises:
            UserError: the cache cannot be written (full disk, read-only folder).
        """
        folder = self.folder(fingerprint, kind)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._tag()
            descriptor, name = tempfile.mkstemp(suffix=_PARTIAL, prefix=".", dir=folder)
            os.close(descriptor)
        except OSError as error:
            raise write_error(folder, error) from error
        try:
            yield Path(name)
        finally:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            with contextlib.suppress(OSError):
                folder.rmdir()

    def info(self) -> CacheInfo:
        """What is there now. Files that vanish meanwhile are not counted."""
        return CacheInfo(self.root, tuple(self._kind_info(kind) for kind in self._kinds()))

    def clean(self) -> int:
        """Remove all entries; returns the bytes freed. Other files below the root are left alone."""
        before = self.info().bytes
        for kind in self._kinds():
            for entry in _entries(kind):
                shutil.rmtree(entry, ignore_errors=True)
            _drop_empty(kind)
        return before - self.info().bytes

    def remove_leftovers(self, now: float | None = None) -> None:
        """Remove partial files that a kill left behind more than a day ago."""
        limit = (time.time() if now is None else now) - _OLD_PARTIAL_SECONDS
        for kind in self._kinds():
            for file in _files(kind):
                with contextlib.suppress(OSError):
                    if file.name.endswith(_PARTIAL) and file.stat().st_mtime < limit:
                        Path(file.path).unlink()

    def _tag(self) -> None:
        tag = self.root / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_bytes(_TAG)

    def _kinds(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return sorted(each for each in self.root.iterdir() if _KIND.fullmatch(each.name) and _is_folder(each))
        return []

    def _kind_info(self, kind: Path) -> KindInfo:
        count = size = 0
        for entry in _entries(kind):
            count += 1
            for file in _files(entry):
                with contextlib.suppress(OSError):
                    size += file.stat(follow_symlinks=False).st_size
        return KindInfo(kind.name, count, size)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _entries(kind: Path) -> list[Path]:
    """Folders that are entries by their name and place: nothing else is ever removed."""
    found: list[Path] = []
    with contextlib.suppress(OSError):
        for shelf in kind.iterdir():
            if len(shelf.name) == 2 and _is_folder(shelf):
                found += [
                    each
                    for each in shelf.iterdir()
                    if _KEY.fullmatch(each.name) and each.name.startswith(shelf.name) and _is_folder(each)
                ]
    return found


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        else:
            yield entry


def _drop_empty(kind: Path) -> None:
    with contextlib.suppress(OSError):
        for shelf in kind.iterdir():
            with contextlib.suppress(OSError):
                shelf.rmdir()
        kind.rmdir()
