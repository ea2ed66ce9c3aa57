"""The media of an open project as a person sees them: what was dropped, how far it is, what is wrong.

Files appear at once and become assets as soon as they are read; scenes, thumbnails and proxies
follow in the background. Everything slow is a job; the document is only touched in the thread
that owns the session.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.base.files import is_file, is_folder
from app.core.base.ids import new_id
from app.core.edit.assets import add_assets, known_asset, relink
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import SceneList
from app.core.session.session import Session

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


class MediaStatus(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    READING = "reading"
    ANALYSING = "analysing"
    READY = "ready"
    FAILED = "failed"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class MediaRow:
    """One line of the list. ``reason`` says why a file cannot be used; ``progress`` runs 0 to 1."""

    path: str
    status: MediaStatus
    reason: str = ""
    asset_id: str | None = None
    scenes: SceneList | None = None
    progress: float = 0.0

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name

    @property
    def can_retry(self) -> bool:
        """Whether it is not as it should be, and nothing is being done about it."""
        cancelled = self.status is MediaStatus.READY and bool(self.reason)
        return cancelled or self.status in (MediaStatus.FAILED, MediaStatus.OFFLINE)


class MediaReader(Protocol):
    """What reads files and finds what is in them (``session.ingest``). Called from jobs."""

    def asset(self, path: Path, context: JobContext) -> Asset:
        """The file as an asset.

        Raises:
            UserError: it cannot be used.
        """

    def import_media(self, asset: Asset, context: JobContext) -> None:
        """Read the whole file once for scenes, thumbnails and proxies; goes on where it was."""

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        """The scenes of ``asset``, at once after :meth:`import_media`."""


class MediaList:
    """The rows of one session. Methods are for the thread that owns the session.

    ``post`` runs a function in that thread later. ``changed`` is emitted there with each row that
    changed.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        reader: MediaReader,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self.changed: Event[MediaRow] = Event()
        self._session = session
        self._jobs = jobs
        self._reader = reader
        self._post = post
        self._rows: dict[str, MediaRow] = {}
        self._batches: dict[str, dict[str, Asset | None]] = {}
        self._running: dict[str, Job[Any]] = {}
        self._keys: dict[str, str] = {}
        self._closed = False
        self._listen_no_more = jobs.changed.subscribe(self._on_job)
        for asset in session.project.assets:
            self._adopt(asset)

    @property
    def rows(self) -> tuple[MediaRow, ...]:
        """What there is, in the order it came; media whose import was undone are left out."""
        present = {asset.id for asset in self._session.project.assets}
        return tuple(row for row in self._rows.values() if row.asset_id is None or row.asset_id in present)

    def row_of(self, asset_id: str) -> MediaRow | None:
        """The row of an asset."""
        return next((row for row in self._rows.values() if row.asset_id == asset_id), None)

    def add(self, paths: Sequence[Path]) -> None:
        """Take in files and folders. Returns at once; all that one call brings is one undo step."""
        step = new_id()
        files = [Path(os.path.abspath(path)) for path in paths]
        for path in files:
            if not is_folder(path):
                self._take(path, step)
        for folder in (path for path in files if is_folder(path)):
            self._start(
                str(folder),
                "folder",
                f"Looking through {folder.name}",
                lambda context, folder=folder: tuple(media_in(folder, context)),  # type: ignore[misc]
                lambda found: self._take_all(found, step),
            )

    def forget(self, path: str) -> None:
        """Drop the row of a file that could not be used."""
        row = self._rows.get(path)
        if row is not None and row.asset_id is None:
            del self._rows[path]
            self.changed.emit(row)

    def check_files(self) -> None:
        """Look which files are there: those that went are offline, those that came back are not, and those
        that were linked anew are where the project says."""
        for row in self.rows:
            if row.asset_id is None:
                continue
            asset = self._session.project.asset(row.asset_id)
            if asset.path != row.path:
                del self._rows[row.path]
                self.changed.emit(row)
                self._adopt(asset)
                continue
            there = is_file(row.path)
            if not there and row.status is not MediaStatus.OFFLINE:
                self._set(replace(row, status=MediaStatus.OFFLINE, reason="the file is gone"))
            elif there and row.status is MediaStatus.OFFLINE:
                self._adopt(self._session.project.asset(row.asset_id))

    def close(self) -> None:
        """Stop what runs for this list; nothing is said any more."""
        self._closed = True
        self._listen_no_more()
        for job in self._running.values():
            job.cancel()

    # Steps of one file ------------------------------------------------------------------------

    def _take_all(self, files: Iterable[Path], step: str) -> None:
        for path in files:
            self._take(path, step)

    def _take(self, path: Path, step: str) -> None:
        key = str(path)
        row = self._rows.get(key)
        if row is not None and row not in self.rows:
            row = None  # its import was undone
        if row is not None and not row.can_retry:
            return
        self._batches.setdefault(step, {})[key] = None
        self._set(MediaRow(key, MediaStatus.WAITING, asset_id=None if row is None else row.asset_id))
        self._start(
            key,
            "read",
            f"Reading {path.name}",
            lambda context: self._reader.asset(path, context),
            lambda asset: self._add_asset(key, asset, step),
            pool=Pool.INTERACTIVE,
        )

    def _add_asset(self, key: str, asset: Asset, step: str) -> None:
        batch = self._batches[step]
        known = known_asset(self._session.project, asset)
        if known is asset:
            batch[key] = asset
            self._session.apply(
                "Import media", lambda project: _in_order(project, batch, asset), merge_key=("import", step)
            )
        if known is not asset and known.path != asset.path and not is_file(known.path):
            self._move(known, asset.path, key, step)
            return
        if known.id != asset.id and (twin := self.row_of(known.id)) is not None and twin.path != key:
            del self._rows[key]
            self.changed.emit(twin)
            return
        self._set(MediaRow(key, MediaStatus.ANALYSING, asset_id=known.id))
        self._analyse(key, known, [*self._batches].index(step) + 1)

    def _move(self, known: Asset, path: str, key: str, step: str) -> None:
        """The content of an offline file was brought in from another place: that is where it is now."""
        self._session.apply(
            f"Relink {known.name}", lambda project: relink(project, known.id, path), merge_key=("import", step)
        )
        for row in (self._rows.pop(known.path, None), self._rows.pop(key, None)):
            if row is not None:
                self.changed.emit(row)
        self._adopt(self._session.project.asset(known.id))

    def _adopt(self, asset: Asset) -> None:
        """An asset of the project that this list has not read itself."""
        if not is_file(asset.path):
            self._set(MediaRow(asset.path, MediaStatus.OFFLINE, "the file is gone", asset.id))
            return
        self._set(MediaRow(asset.path, MediaStatus.ANALYSING, asset_id=asset.id))
        self._analyse(asset.path, asset)

    def _analyse(self, key: str, asset: Asset, priority: int = 0) -> None:
        """Read the whole file in the background; what was brought in last comes first."""
        if asset.info.kind != "video":
            self._set(replace(self._rows[key], status=MediaStatus.READY, progress=1.0))
            return

        def work(context: JobContext) -> SceneList:
            self._reader.import_media(asset, context)
            return self._reader.scenes(asset, context)

        def done(scenes: SceneList) -> None:
            row = self._rows[key]
            self._set(replace(row, status=MediaStatus.READY, reason="", scenes=scenes, progress=1.0))

        self._start(key, "import", f"Analysing {asset.name}", work, done, pool=Pool.HEAVY, priority=priority)

    def _start(
        self,
        key: str,
        kind: str,
        title: str,
        work: Callable[[JobContext], Any],
        done: Callable[[Any], None],
        *,
        pool: Pool = Pool.INTERACTIVE,
        priority: int = 0,
    ) -> None:
        """Run ``work`` as a job that reports to the row ``key``; ``done`` gets its value here."""

        def watched(context: JobContext) -> None:
            self._post(lambda: self._reading(key))
            value = work(_Reports(context, lambda part: self._post(lambda: self._advance(key, part))))
            self._post(lambda: None if self._closed else done(value))

        job = self._jobs.submit(kind, title, watched, pool=pool, priority=priority)
        self._running[job.id] = job
        self._keys[job.id] = key
        if job.state.final:
            self._on_job(job)

    def _on_job(self, job: Job[Any]) -> None:
        """From any thread. Whoever takes the key tells of the end: it is told once."""
        if job.state.final and (key := self._keys.pop(job.id, None)) is not None:
            self._post(lambda: self._ended(key, job))

    def _ended(self, key: str, job: Job[Any]) -> None:
        self._running.pop(job.id, None)
        row = self._rows.get(key)
        if self._closed or row is None or job.state is JobState.DONE:
            return
        if job.state is JobState.CANCELLED:
            status = MediaStatus.READY if row.asset_id else MediaStatus.FAILED
            self._set(replace(row, status=status, reason="cancelled"))
        elif isinstance(job.error, UserError):
            gone = row.asset_id is not None and not is_file(row.path)
            status = MediaStatus.OFFLINE if gone else MediaStatus.FAILED
            self._set(replace(row, status=status, reason=f"{job.error.why}; {job.error.what_to_do}"))
        else:
            self._set(replace(row, status=MediaStatus.FAILED, reason="Insomnia failed here; the log has the details"))

    def _reading(self, key: str) -> None:
        row = self._rows.get(key)
        if row is not None and row.status is MediaStatus.WAITING:
            self._set(replace(row, status=MediaStatus.READING))

    def _advance(self, key: str, part: float) -> None:
        row = self._rows.get(key)
        if row is not None and row.status in (MediaStatus.READING, MediaStatus.ANALYSING):
            self._set(replace(row, progress=part))

    def _set(self, row: MediaRow) -> None:
        self._rows[row.path] = row
        if not self._closed:
            self.changed.emit(row)


def _in_order(project: Project, batch: Mapping[str, Asset | None], new: Asset) -> Project:
    """What was dropped together joins in the order it was dropped, whichever file was read first: the
    first film decides the format of an empty sequence. What was undone meanwhile stays out."""
    present = {asset.id for asset in project.assets} | {new.id}
    read = [asset for asset in batch.values() if asset is not None and asset.id in present]
    ids = {asset.id for asset in read}
    others = tuple(asset for asset in project.assets if asset.id not in ids)
    return add_assets(replace(project, assets=others), read)


class _Reports:
    """Passes a job's reports on, and shows them to the row as well."""

    def __init__(self, context: JobContext, show: Callable[[float], None]) -> None:
        self._context = context
        self._show = show
        self._shown = 0

    def report(self, done: float, message: str = "") -> None:
        self._context.report(done, message)
        if int(done * 100) != self._shown:
            self._shown = int(done * 100)
            self._show(done)

    def check(self) -> None:
        self._context.check()


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
