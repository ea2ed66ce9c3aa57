"""The media of an open project as a person sees them: what was dropped, how far it is, what is wrong.

Files appear at once and become assets as soon as they are read; scenes, thumbnails and proxies
follow in the background. Everything slow is a job; the document is only touched in the thread
that owns the session.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.core.base.errors import UserError, one_line
from app.core.base.events import Event
from app.core.base.files import is_folder
from app.core.base.ids import new_id
from app.core.edit.assets import add_assets, known_asset, relink
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import SceneList
from app.core.session.looks import Look, look_at_once
from app.core.session.media_folder import media_in
from app.core.session.ports import ImportResult, MediaReader
from app.core.session.session import Session

GONE = "the file is gone"
_MOST_REMADE = 3  # times that a film is read again whose pictures vanished: whoever deletes them may never stop


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
    """One line of the list. ``reason`` says why a file cannot be used, ``note`` what else to know of one that
    can; ``progress`` runs 0 to 1."""

    path: str
    status: MediaStatus
    reason: str = ""
    asset_id: str | None = None
    scenes: SceneList | None = None
    progress: float = 0.0
    note: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name

    @property
    def can_retry(self) -> bool:
        """Whether it is not as it should be, and nothing is being done about it."""
        cancelled = self.status is MediaStatus.READY and bool(self.reason)
        return cancelled or self.status in (MediaStatus.FAILED, MediaStatus.OFFLINE)


class MediaList:
    """The rows of one session. Methods are for the thread that owns the session.

    ``post`` runs a function in that thread later, and ``look`` asks which files are there without
    keeping it waiting. ``changed`` is emitted there with each row that changed.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobManager,
        reader: MediaReader,
        post: Callable[[Callable[[], None]], None],
        look: Look = look_at_once,
    ) -> None:
        self.changed: Event[MediaRow] = Event()
        self._session = session
        self._jobs = jobs
        self._reader = reader
        self._post = post
        self._look = look
        self._asked: set[str] = set()
        self._signs: dict[str, tuple[str, ...]] = {}
        self._remade: Counter[str] = Counter()
        self._adopted: set[str] = set()
        self._rows: dict[str, MediaRow] = {}
        self._paths: dict[str, str] = {}  # of the assets, as they were said last
        self._batches: dict[str, dict[str, Asset | None]] = {}
        self._running: dict[str, Job[Any]] = {}
        self._keys: dict[str, str] = {}
        self._closed = False
        self._listen_no_more = jobs.changed.subscribe(self._on_job)
        self._adopt(session.project.assets)

    @property
    def rows(self) -> tuple[MediaRow, ...]:
        """What there is, in the order it came; media whose import was undone are left out."""
        present = {asset.id for asset in self._session.project.assets}
        return tuple(row for row in self._rows.values() if row.asset_id is None or row.asset_id in present)

    def row_of(self, asset_id: str) -> MediaRow | None:
        """The row of an asset."""
        row = self._rows.get(self._paths.get(asset_id, ""))
        if row is not None and row.asset_id == asset_id:
            return row
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
        that were linked anew are where the project says. Films whose pictures the cache lost are read again."""
        assets = {asset.id: asset for asset in self._session.project.assets}
        for row in tuple(self._rows.values()):
            asset = assets.get(row.asset_id or "")
            if asset is not None and asset.path != row.path:
                del self._rows[row.path]
                self.changed.emit(row)
                self._adopt([asset])
        self._look_at([row.path for row in self._rows.values() if row.asset_id in assets])
        for row in tuple(self._rows.values()):
            if row.status is MediaStatus.READY and row.asset_id in assets:
                self._look_for_signs(row.path, assets[row.asset_id])

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
        if known is asset or known.path == asset.path:
            self._settle(known, key, step)
            return

        def told(there: Mapping[str, bool]) -> None:
            if self._closed:
                return
            if there[known.path]:
                self._settle(known, key, step)
            else:
                self._move(known, asset.path, key, step)

        self._look([known.path], told)

    def _settle(self, known: Asset, key: str, step: str) -> None:
        """The file ``key`` holds ``known``, which is in the project."""
        if (twin := self.row_of(known.id)) is not None and twin.path != key:
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
        self._adopt([self._session.project.asset(known.id)])

    def _adopt(self, assets: Iterable[Asset]) -> None:
        """Assets of the project that this list has not read itself."""
        new = tuple(assets)
        for asset in new:
            self._adopted.add(asset.path)
            self._set(MediaRow(asset.path, MediaStatus.WAITING, asset_id=asset.id))
        self._look_at([asset.path for asset in new])

    def _look_at(self, paths: Iterable[str]) -> None:
        """Ask for files, unless an earlier question about them waits for its answer."""
        new = [path for path in paths if path not in self._asked]
        self._asked.update(new)
        if new:
            self._look(new, self._told)

    def _told(self, there: Mapping[str, bool]) -> None:
        self._asked.difference_update(there)
        assets = {asset.id: asset for asset in self._session.project.assets}
        for path, present in there.items():
            row = self._rows.get(path)
            asset = assets.get(row.asset_id or "") if row is not None else None
            if self._closed or row is None or asset is None or asset.path != path:
                continue
            new = path in self._adopted
            self._adopted.discard(path)
            if not present and row.status is not MediaStatus.OFFLINE:
                self._set(MediaRow(path, MediaStatus.OFFLINE, GONE, asset.id, row.scenes))
            elif present and (new or row.status is MediaStatus.OFFLINE):
                self._set(MediaRow(path, MediaStatus.ANALYSING, asset_id=asset.id))
                self._analyse(path, asset)

    def _analyse(self, key: str, asset: Asset, priority: int = 0) -> None:
        """Read the whole file in the background; what was brought in last comes first."""
        if asset.info.kind != "video":
            self._set(replace(self._rows[key], status=MediaStatus.READY, progress=1.0))
            return

        def work(context: JobContext) -> tuple[ImportResult, SceneList]:
            return self._reader.import_media(asset, context), self._reader.scenes(asset, context)

        def done(found: tuple[ImportResult, SceneList]) -> None:
            row = self._rows.get(key)
            if row is None:  # linked anew meanwhile: it is analysed where it is now
                return
            result, scenes = found
            self._signs[asset.id] = result.signs
            row = replace(row, scenes=scenes, progress=1.0, note=result.no_proxy)
            self._set(replace(row, status=MediaStatus.READY, reason=""))

        self._start(key, "import", f"Analysing {asset.name}", work, done, pool=Pool.HEAVY, priority=priority)

    def _look_for_signs(self, key: str, asset: Asset) -> None:
        """Ask for what reading ``asset`` left; where that is gone, read it again."""
        signs = self._signs.get(asset.id, ())
        if not signs or self._asked.intersection(signs) or self._remade[asset.id] >= _MOST_REMADE:
            return

        def told(there: Mapping[str, bool]) -> None:
            self._asked.difference_update(there)
            row = self._rows.get(key)
            if self._closed or all(there.values()) or row is None or row.status is not MediaStatus.READY:
                return
            now = next((each for each in self._session.project.assets if each.id == asset.id), None)
            if now is None or now.path != key:  # undone, or linked anew: the next look at the files sees to it
                return
            self._remade[now.id] += 1
            self._set(replace(row, status=MediaStatus.ANALYSING, progress=0.0))
            self._analyse(key, now)

        self._asked.update(signs)
        self._look(signs, told)

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
            named = "" if job.error.what in (one_line(key), row.name) else f"{job.error.what}: "  # the cache, say
            reason = f"{named}{job.error.why}; {job.error.what_to_do}"
            self._set(replace(row, status=MediaStatus.FAILED, reason=reason))
            self._look_at([row.path] if row.asset_id is not None else [])
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
        if row.asset_id is not None:
            self._paths[row.asset_id] = row.path
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
