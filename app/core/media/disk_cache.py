"""Derived data on disk, by content. Anything here may vanish at any moment and is made again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from app.core.base.errors import UserError, one_line
from app.core.base.files import in_folder, write_error
from app.core.media.cache_use import in_use, marked, marked_together

T = TypeVar("T")

MOST_TRIES = 5
"""How often one thing is made that is deleted while it is made."""
_KEY = re.compile(r"[0-9a-f]{16,128}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_PARTIAL = ".part"
# https://bford.info/cachedir/: backup programs leave such folders out.
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# What Insomnia can make again from your media.\n"


@dataclass(frozen=True, slots=True)
class KindInfo:
    """How much of one kind the cache holds; an entry is the folder of one content."""

    kind: str
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the cache holds of one kind about one content; ``used`` is when it last was, in seconds since 1970."""

    kind: str
    fingerprint: str
    path: Path
    bytes: int
    used: float


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


class CacheGoneError(UserError):
    """What was being written was deleted meanwhile, as when a person removes the cache: it can be made again."""


def made_again(make: Callable[[], T]) -> T:
    """What ``make`` returns; it is called again where the cache was deleted under it.

    Raises:
        UserError: it failed, or the cache was deleted again and again.
    """
    for _ in range(MOST_TRIES - 1):
        with contextlib.suppress(CacheGoneError):
            return make()
    return make()


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
        key = _key(fingerprint)
        return self.root / kind / key[:2] / key

    @contextlib.contextmanager
    def using(self, fingerprint: str) -> Iterator[None]:
        """Run a block while nothing about a content is dropped, by this program or another.

        It counts as used at the begin and at the end.

        Raises:
            UserError: the cache cannot be written.
        """
        with marked(self.root, _key(fingerprint)):
            self.touch(fingerprint)
            try:
                yield
            finally:
                self.touch(fingerprint)

    @contextlib.contextmanager
    def using_all(self, fingerprints: Iterable[str]) -> Iterator[Callable[[], bool]]:
        """As :meth:`using`, for many contents at once: those of an open project.

        The block is given a function that says whether they still count as in use, which ends when
        somebody deletes the cache.

        Raises:
            UserError: the cache cannot be written.
        """
        keys = [_key(each) for each in fingerprints]
        with marked_together(self.root, keys) as is_there:
            self.touch(*keys)
            yield is_there

    def touch(self, *fingerprints: str) -> None:
        """What is there about these contents was used now."""
        for kind in self._kinds():
            for fingerprint in fingerprints:
                with contextlib.suppress(OSError):
                    os.utime(self.folder(fingerprint, kind.name))

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Path]:
        """Run a block that writes a file for ``path`` (below :attr:`root`) to the path it is given.

        The file appears under its name only when the block ends well; otherwise nothing is left.

        Raises:
            CacheGoneError: the file was deleted before it had its name; :func:`made_again` knows what to do.
            UserError: the cache cannot be written (full disk, read-only folder): names its root.
        """
        temporary: Path | None = None
        with marked(self.root, path.parent.name):
            try:
                temporary = self._reserved(path.parent, f".{path.stem[:40]}.")
                yield temporary
                os.replace(temporary, path)
            except FileNotFoundError as error:
                raise self.gone() from error
            except OSError as error:
                raise write_error(self.root, error) from error
            except UserError as error:
                if temporary is None or not temporary.exists():
                    raise self.gone() from error
                if error.what == one_line(str(temporary)):
                    raise UserError(str(self.root), error.why, error.what_to_do) from error
                raise
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
        with marked(self.root, folder.name):
            try:
                file = self._reserved(folder, ".")
            except OSError as error:
                raise write_error(self.root, error) from error
            try:
                yield file
            finally:
                with contextlib.suppress(OSError):
                    file.unlink()
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

    def entries(self) -> tuple[Entry, ...]:
        """All that is there now, in no order."""
        return tuple(_looked_at(kind.name, entry) for kind in self._kinds() for entry in _entries(kind))

    def drop(self, entry: Entry) -> None:
        """Remove an entry; what cannot be removed stays."""
        shutil.rmtree(entry.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            entry.path.parent.rmdir()

    def remove_leftovers(self) -> None:
        """Remove the partial files that a kill left behind: those of contents that nobody is at work with."""
        busy = in_use(self.root)
        for kind in self._kinds():
            for entry in _entries(kind):
                if entry.name in busy:
                    continue
                for file in _files(entry):
                    if file.name.endswith(_PARTIAL):
                        with contextlib.suppress(OSError):
                            Path(file.path).unlink()

    def gone(self) -> CacheGoneError:
        """What to raise where something that was just made here is not there."""
        return CacheGoneError(str(self.root), "it is deleted while it is used", "see what deletes it, and try again")

    def _reserved(self, folder: Path, prefix: str) -> Path:
        """A new empty file in ``folder``."""

        def make() -> Path:
            self._tag()
            descriptor, name = tempfile.mkstemp(suffix=_PARTIAL, prefix=prefix, dir=folder)
            os.close(descriptor)
            return Path(name)

        return in_folder(folder, make)

    def _tag(self) -> None:
        tag = self.root / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_bytes(_TAG)

    def _kinds(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return sorted(each for each in self.root.iterdir() if _KIND.fullmatch(each.name) and _is_folder(each))
        return []

    def _kind_info(self, kind: Path) -> KindInfo:
        found = [_looked_at(kind.name, entry) for entry in _entries(kind)]
        return KindInfo(kind.name, len(found), sum(entry.bytes for entry in found))


def _key(fingerprint: str) -> str:
    """The name of the folders of a content."""
    if _KEY.fullmatch(fingerprint):
        return fingerprint
    return hashlib.blake2b(fingerprint.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _looked_at(kind: str, entry: Path) -> Entry:
    size, used = 0, 0.0
    with contextlib.suppress(OSError):
        used = entry.stat().st_mtime
    for file in _files(entry):
        with contextlib.suppress(OSError):
            size += file.stat(follow_symlinks=False).st_size
    return Entry(kind, entry.name, entry, size, used)


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
