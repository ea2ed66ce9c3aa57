"""OTIOZ: a zip file with an OTIO timeline and its media. The layout is that of OpenTimelineIO's bundles:

``version.txt``, ``content.otio``, and media beside each other in ``media/``, stored as they are.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote

from app.core.base.errors import UserError
from app.core.base.files import distinct_names, is_file, removed_on_failure, sync_folder, write_error
from app.core.base.ids import new_id
from app.core.interchange.knowledge import NOTHING, Knowledge
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio import otio_data, parsed_timeline
from app.core.interchange.otio_check import LARGEST_FILE, checked_data
from app.core.interchange.otio_media import Ingest, MediaFinder
from app.core.interchange.otio_read import read_timeline
from app.core.interchange.otio_write import timeline_of, url_of
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.model.project import Project

MEDIA, CONTENT, VERSION_FILE, VERSION = "media", "content.otio", "version.txt", "1.0.0"
MOST_ENTRIES = 20_000
# What zip files of media and text reach at most; those that hold more on purpose reach thousands.
_LARGEST_RATIO = 200
_RATIO_MATTERS = 16 * 1024 * 1024
_SPARE = 256 * 1024 * 1024  # bytes of a disk that are left free
_BLOCK = 4 * 1024 * 1024
_WINDOWS_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def write(project: Project, path: Path, context: JobContext, knowledge: Knowledge = NOTHING) -> LossReport:
    """Write the first sequence of ``project`` and all its media to ``path``; missing media are in the report.

    Afterwards ``path`` is the old file or the new one, whole.

    Raises:
        UserError: there is no sequence, the disk is too small, or a file cannot be read or written.
        Cancelled: ``context`` was cancelled; nothing is left.
    """
    if not project.sequences:
        raise UserError(project.name, "it has no sequence", "put something on a timeline first")
    report = LossReport()
    names = _names(project.assets)
    there = [asset for asset in project.assets if is_file(asset.path)]
    for asset in project.assets:
        if asset not in there:
            report.add("its file is missing: only its name is in the timeline", f"media {asset.name}")
    urls = {
        asset.id: f"{MEDIA}/{quote(names[asset.id])}" if asset in there else url_of(asset) for asset in project.assets
    }
    content = otio_data(timeline_of(project, report, urls, knowledge))
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".insomnia-{new_id()}.part")
    try:
        _require_room(path, target.parent, sum(Path(asset.path).stat().st_size for asset in there) + len(content))
        with removed_on_failure(temporary):
            _fill(temporary, content, [(Path(asset.path), names[asset.id]) for asset in there], context)
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise write_error(path, error) from error
    return report


def read(
    path: Path,
    media_dir: Path | None,
    ingest: Ingest,
    folder: Path | None,
    context: JobContext,
    knowledge: Knowledge = NOTHING,
) -> tuple[Project, LossReport]:
    """The project in an OTIOZ file. Its media are put into ``folder``, by default ``NAME media`` beside it.

    Media that lie there already, with the size and the checksum that they should have, stay.

    Raises:
        UserError: it is no such file, is not safe to unpack, the disk is too small, or media are missing.
        Cancelled: ``context`` was cancelled; what was being unpacked is not left.
    """
    report = LossReport()
    folder = folder or path.with_name(f"{path.stem} media")
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            content, media = _entries(path, archive, report)
            text = checked_data(path, _whole(path, archive, content))
            found = parsed_timeline(path, text)
            known = _unpacked(path, archive, media, folder, context)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError) as problem:
        raise _refused(path, "it is no zip file, or a damaged one") from problem
    except OSError as error:
        raise UserError(str(path), error.strerror or "it cannot be read", "choose another file") from error
    finder = MediaFinder(path, media_dir, ingest, known)
    return read_timeline(path, found, finder, report, knowledge=knowledge), report


def _fill(temporary: Path, content: bytes, media: list[tuple[Path, str]], context: JobContext) -> None:
    total, done = max(1, sum(source.stat().st_size for source, _ in media)), 0
    with temporary.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            archive.writestr(VERSION_FILE, VERSION, zipfile.ZIP_DEFLATED)
            archive.writestr(CONTENT, content, zipfile.ZIP_DEFLATED)
            for source, name in media:
                entry = zipfile.ZipInfo.from_file(source, f"{MEDIA}/{name}", strict_timestamps=False)
                with source.open("rb") as reading, archive.open(entry, "w", force_zip64=True) as writing:
                    while block := reading.read(_BLOCK):
                        writing.write(block)
                        done += len(block)
                        context.report(min(0.99, done / total), name)
        file.flush()
        os.fsync(file.fileno())


def _names(assets: tuple[Asset, ...]) -> dict[str, str]:
    """A name of its own for each file, whatever other systems think of letter case and signs."""
    plain = (re.sub(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]', "_", Path(asset.path).name) for asset in assets)
    names = distinct_names(Path(name or "unnamed").name for name in plain)
    return dict(zip((asset.id for asset in assets), names, strict=True))


def _entries(
    path: Path, archive: zipfile.ZipFile, report: LossReport
) -> tuple[zipfile.ZipInfo, dict[str, zipfile.ZipInfo]]:
    """The timeline in an archive, and media by their plain names. Nothing else is ever unpacked."""
    every = archive.infolist()
    if len(every) > MOST_ENTRIES:
        raise _refused(path, f"it holds more than {MOST_ENTRIES} files")
    if sum(entry.compress_size for entry in every) > path.stat().st_size:
        raise _refused(path, "the files in it lie over each other")
    content: zipfile.ZipInfo | None = None
    media: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for entry in every:
        if entry.is_dir() or entry.filename == VERSION_FILE:
            continue
        if entry.filename.casefold() in seen:
            raise _refused(path, f"it holds {entry.filename[:120]!r} twice")
        seen.add(entry.filename.casefold())
        if entry.flag_bits & 1:
            raise _refused(path, "it is encrypted")
        if entry.file_size > _RATIO_MATTERS and entry.file_size > _LARGEST_RATIO * max(entry.compress_size, 1):
            raise _refused(path, f"{entry.filename[:120]!r} would grow {_LARGEST_RATIO} times and more")
        if entry.filename == CONTENT:
            content = entry
        elif _is_medium(entry):
            media[PurePosixPath(entry.filename).name] = entry
        else:
            report.add("it is neither the timeline nor a medium, it is left out", f"file {entry.filename[:120]!r}")
    if content is None:
        raise _refused(path, f"it holds no {CONTENT}")
    return content, media


def _is_medium(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file right below ``media/``: no path out, no link, no name of a device."""
    folder, slash, name = entry.filename.partition("/")
    kind = entry.external_attr >> 28  # 0 where the zip was made without modes, 8 for plain files
    plain = not re.search(r'[<>:"/\\|?*\x00-\x1f]', name) and not name.startswith(".") and name == name.rstrip(" .")
    named = bool(name) and len(name.encode("utf-8", "replace")) <= 240 and not _WINDOWS_NAMES.fullmatch(name)
    return folder == MEDIA and slash == "/" and plain and named and kind in (0, 8)


def _whole(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as reading:
        data = reading.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise _refused(path, f"its timeline is larger than {LARGEST_FILE // 2**20} MB")
    return data


def _unpacked(
    path: Path, archive: zipfile.ZipFile, media: dict[str, zipfile.ZipInfo], folder: Path, context: JobContext
) -> dict[str, Path]:
    """Media on disk, by what a timeline calls them."""
    wanted = {name: entry for name, entry in media.items() if not _is_there(folder / name, entry, context)}
    total, done = max(1, sum(entry.file_size for entry in wanted.values())), 0
    try:
        if media:
            folder.mkdir(parents=True, exist_ok=True)
            _require_room(path, folder, sum(entry.file_size for entry in wanted.values()))
        places = {name: folder / name for name in media}
        for name, entry in wanted.items():
            places[name] = _free(folder / name)
            for count in _extracted(path, archive, entry, places[name]):
                done += count
                context.report(min(0.99, done / total), name)
    except OSError as error:
        raise write_error(folder, error) from error
    return {reference: place for name, place in places.items() for reference in _references(name)} if media else {}


def _references(name: str) -> list[str]:
    """How timelines spell the place of a medium in the bundle."""
    spelled = list(dict.fromkeys((name, quote(name))))
    return [
        f"{before}{MEDIA}/{each}" for each in spelled for before in ("", "./", "file:", "file:///", "file://localhost/")
    ]


def _is_there(place: Path, entry: zipfile.ZipInfo, context: JobContext) -> bool:
    """Whether a file has the size and the checksum of an entry."""
    try:
        if place.is_symlink() or not place.is_file() or place.stat().st_size != entry.file_size:
            return False
        with place.open("rb") as reading:
            return _checksum(reading, context) == entry.CRC
    except OSError:
        return False


def _checksum(reading: IO[bytes], context: JobContext) -> int:
    found = 0
    while block := reading.read(_BLOCK):
        context.check()
        found = zlib.crc32(block, found)
    return found


def _free(place: Path) -> Path:
    """``place``, or a name beside it where another file has it."""
    number, free = 1, place
    while os.path.lexists(free):
        number += 1
        free = place.with_name(f"{place.stem} ({number}){place.suffix}")
    return free


def _extracted(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> Iterator[int]:
    """Write an entry to ``place``, whole or not at all, telling the size of each block."""
    temporary = place.with_name(f".insomnia-{new_id()}.part")
    written = 0
    try:
        with archive.open(entry) as reading, temporary.open("xb") as writing:
            while block := reading.read(_BLOCK):
                written += len(block)
                if written > entry.file_size:
                    raise _refused(path, "a file in it is larger than it says")
                writing.write(block)
                yield len(block)
        os.replace(temporary, place)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _require_room(path: Path, folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        why = f"it needs {needed / 1e9:.1f} GB, and the disk has {free / 1e9:.1f} GB left"
        raise UserError(str(path), why, "free some space or choose another place")


def _refused(path: Path, why: str) -> UserError:
    return UserError(str(path), why, "write the bundle again, or choose another file")
