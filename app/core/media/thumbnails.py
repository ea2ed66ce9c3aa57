"""Thumbnails: small upright JPEGs of the frames that a film is recognised by, one file a chunk.

Made from decoded frames while the film is read for other reasons, every two seconds and where the
picture changes at once. Each file holds its pictures one after another behind a line that lists them.
"""

from __future__ import annotations

import json
import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np

from app.core.base.time import SECOND, Flicks
from app.core.media.index import FrameIndex
from app.core.media.matrices import matrix_number
from app.core.media.telling import most_telling
from app.core.media.tone import standard_range
from app.core.model.asset import VideoStream

VERSION = 2
ENDING = "jpegs"
HEIGHT = 120
EVERY: Flicks = 2 * SECOND

_MAGIC = b"insomnia-thumbnails-1\n"
_QUALITY = 82
_WIDEST = 4 * HEIGHT
_LARGEST_LIST = 4_000_000
_REMEMBERED = 8192  # files: those of a film of a day
_FOLDERS = 256
_NEAR = 6  # thumbnails on either side
_FAR = 12  # thumbnails over the whole film
_CLOCK_STEP = 50_000_000  # ns: two changes of a folder within less may have one time


@dataclass(frozen=True, slots=True)
class _Entry:
    """One picture of a file: its frame, when that is shown (flicks), and where its bytes are."""

    frame: int
    time: Flicks
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class _Row:
    """The thumbnails of a film by time, and where each lies: file, first byte, length."""

    changed: int
    times: list[Flicks]
    places: list[tuple[Path, int, int]]


_NOTHING = _Row(0, [], [])


def regular_frames(index: FrameIndex, first: int, end: int) -> frozenset[int]:
    """Those of frames ``[first, end)`` that get a thumbnail in any case: the first after every two seconds, and
    ``first`` itself, before which nobody sees a change of shot."""
    slots = (index.times - index.times[0]) // EVERY
    begins = np.flatnonzero(np.diff(slots, prepend=-1) > 0)
    return frozenset(int(frame) for frame in begins if first <= frame < end) | {first}


class ThumbnailSink:
    """Takes the frames of a chunk and keeps small pictures of some. Used from one thread."""

    def __init__(self, video: VideoStream, index: FrameIndex) -> None:
        self._video = video
        self._index = index
        self._entries: list[_Entry] = []
        self._pictures: list[bytes] = []
        self._bytes = 0

    def add(self, number: int, frame: av.VideoFrame) -> None:
        """Keep a small picture of frame ``number``; numbers ascend."""
        jpeg = jpeg_of(frame, self._video)
        self._entries.append(_Entry(number, self._index.time_of(number), self._bytes, len(jpeg)))
        self._pictures.append(jpeg)
        self._bytes += len(jpeg)

    def to_bytes(self) -> bytes:
        """The file."""
        listed = json.dumps([asdict(entry) for entry in self._entries]).encode()
        return b"".join([_MAGIC, listed, b"\n", *self._pictures])


class Thumbnails:
    """Reads the thumbnails in a folder of such files. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[Path, _Row] = OrderedDict()
        self._lists: OrderedDict[tuple[str, int, int], tuple[int, list[_Entry]]] = OrderedDict()
        self._told: dict[Path, tuple[int, int, bytes | None]] = {}  # when it was so, near which, the picture

    def at(self, folder: Path, moment: Flicks) -> bytes | None:
        """The JPEG of the last frame at or before ``moment`` that has one, else of the first; None without any."""
        row = self._row(folder)
        if not row.times:
            return None
        return _read(*row.places[max(0, bisect_right(row.times, moment) - 1)])

    def telling(self, folder: Path, moment: Flicks) -> bytes | None:
        """The JPEG that tells what film it is, near ``moment`` if one does, else of some spread over the film;
        of pictures that are all nearly black or flat the least so. None without any."""
        row = self._row(folder)
        if not row.times:
            return None
        shown = max(0, bisect_right(row.times, moment) - 1)
        with self._lock:
            known = self._told.get(folder)
            if known is not None and known[:2] == (row.changed, shown):
                return known[2]
        best = most_telling(_read(*row.places[number]) for number in _looked_at(shown, len(row.times)))
        with self._lock:
            if folder in self._rows:
                self._told[folder] = (row.changed, shown, best)
        return best

    def _row(self, folder: Path) -> _Row:
        """All thumbnails in ``folder``, in the order of their times."""
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return _NOTHING
        with self._lock:
            kept = self._rows.get(folder)
        if kept is not None and kept.changed == changed:
            return kept
        found: list[tuple[Flicks, tuple[Path, int, int]]] = []
        for path in sorted(folder.glob(f"v{VERSION}-*.{ENDING}")):
            begin, entries = self._list(path)
            found += [(entry.time, (path, begin + entry.start, entry.size)) for entry in entries]
        found.sort(key=lambda each: each[0])
        row = _Row(changed, [each[0] for each in found], [each[1] for each in found])
        if time.time_ns() - changed > _CLOCK_STEP:
            with self._lock:
                self._rows[folder] = row
                while len(self._rows) > _FOLDERS:
                    self._told.pop(self._rows.popitem(last=False)[0], None)
        return row

    def _list(self, path: Path) -> tuple[int, list[_Entry]]:
        """Where the pictures of a file begin, and what they are; empty where it is damaged or gone."""
        try:
            about = path.stat()
        except OSError:
            return 0, []
        key = (str(path), about.st_size, about.st_mtime_ns)
        with self._lock:
            if key not in self._lists:
                self._lists[key] = _listed(path, about.st_size)
                if len(self._lists) > _REMEMBERED:
                    self._lists.popitem(last=False)
            self._lists.move_to_end(key)
            return self._lists[key]


def _looked_at(shown: int, count: int) -> list[int]:
    """Which of ``count`` thumbnails are looked at for one that tells: ``shown``, its neighbours, others far apart."""
    near = sorted(
        range(max(0, shown - _NEAR), min(count, shown + _NEAR + 1)), key=lambda each: (abs(each - shown), -each)
    )
    far = range(0, count, max(1, count // _FAR))
    return list(dict.fromkeys((*near, *far)))


def _listed(path: Path, size: int) -> tuple[int, list[_Entry]]:
    try:
        with open(path, "rb") as file:
            if file.readline(len(_MAGIC)) != _MAGIC:
                return 0, []
            listed = _parsed(file.readline(_LARGEST_LIST))
            entries = [_Entry(**{name: int(value) for name, value in each.items()}) for each in listed]
            begin = file.tell()
    except (OSError, ValueError, TypeError, AttributeError):
        return 0, []
    whole = all(entry.start >= 0 and begin + entry.start + entry.size <= size for entry in entries)
    return (begin, entries) if whole else (0, [])


def _parsed(line: bytes) -> list[dict[str, int]]:
    found = json.loads(line)
    return found if isinstance(found, list) else []


def _read(path: Path, start: int, size: int) -> bytes | None:
    try:
        with open(path, "rb") as file:
            file.seek(start)
            return file.read(size)
    except OSError:
        return None


def _coded_size(video: VideoStream) -> tuple[int, int]:
    """Width and height of a thumbnail before it is turned."""
    width = min(_WIDEST, max(2, round(HEIGHT * video.width / max(1, video.height))))
    return (HEIGHT, width) if video.rotation in (90, 270) else (width, HEIGHT)


def jpeg_of(frame: av.VideoFrame, video: VideoStream) -> bytes:
    """A decoded ``frame`` of ``video`` as a small JPEG, turned as a viewer sees it."""
    import cv2

    size = _coded_size(video)
    matrix = matrix_number(video.color.matrix, video.coded_height)
    if video.hdr is not None:
        deep = frame.reformat(*size, format="rgb48le", interpolation="AREA", src_colorspace=matrix, dst_color_range=2)
        code = np.asarray(deep.to_ndarray(), np.float32) / np.float32(65535)
        picture = np.rint(standard_range(code, video.hdr)[..., ::-1] * 255).astype(np.uint8)
    else:
        small = frame.reformat(*size, format="bgr24", interpolation="AREA", src_colorspace=matrix)
        picture = np.asarray(small.to_ndarray(), np.uint8)
    if video.mirrored:
        picture = picture[:, ::-1]
    picture = np.ascontiguousarray(np.rot90(picture, -video.rotation // 90))
    done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise RuntimeError("OpenCV writes no JPEG")
    return bytes(jpeg)
