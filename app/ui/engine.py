"""The engine as the window uses it: nothing heavy is loaded before the first paint, nothing slow runs in
the GUI thread, and every export and import is a job."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.base.time import Flicks
from app.core.edit.assets import add_assets, new_project
from app.core.edit.insert import append
from app.core.edit.scenes import scene_range
from app.core.jobs.context import JobContext
from app.core.jobs.manager import JobManager, Pool
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import SceneList
from app.core.model.transcript import Transcript
from app.core.render.plan import SubtitleMode, shown_subtitles, subtitle_file
from app.core.render.target import Destination
from app.core.session.actions import ActionContext, FrameRange, Imported, Listener, nobody_listens
from app.core.session.library_knowledge import LibraryKnowledge
from app.core.session.media_list import MediaList
from app.core.session.ports import ImportResult, Library
from app.core.session.services import Services
from app.core.session.session import Session
from app.core.session.speech_account import SpeechAccount

if TYPE_CHECKING:
    from app.core.media.pool import MediaPool
    from app.core.media.poster import Posters
    from app.core.media.waveform import Peaks
    from app.core.render.export import ExportResult
    from app.core.render.preset import ExportPreset
    from app.core.session.ingest import Ingest
    from app.core.session.proxies import NoProxy
    from app.core.session.transcription import Transcription

SAMPLE_NAME = "Insomnia sample.mp4"
USUAL_PRESET = "mp4"
USUAL_QUALITY = "medium"


@dataclass(frozen=True, slots=True)
class _Order:
    """One export as it was asked for."""

    project: Project
    preset: str
    quality: str
    subtitles: SubtitleMode
    destination: Destination
    frames: FrameRange


class Engine:
    """Parts of ``services`` are made when a job first needs them. Methods may be called from any thread.

    ``cache_full`` names a film that gets no proxy as the cache is full; emitted in the thread that reads it.
    """

    def __init__(self, services: Services, jobs: JobManager) -> None:
        self._services = services
        self._jobs = jobs
        self._making = threading.Lock()
        self._accounting = threading.Lock()
        self._wishes: deque[Callable[[], None]] = deque()
        self._by_proxy = True
        self._ingesting: Ingest | None = None
        self.cache_full: Event[NoProxy] = Event()

    def open_sources(self) -> MediaPool:
        """Open media for the calling thread, which closes them.

        Raises:
            UserError: the cache or the workers cannot be used.
        """
        with self._parts():
            return self._services.pool()

    def open_preview(self) -> MediaPool:
        """As :meth:`open_sources`, with proxies in place of the films that have some: for looking only."""
        with self._parts():
            pool = self._services.pool(by_proxy=True)
            self._services.proxies.shown = self._by_proxy
        return pool

    def show_proxies(self, shown: bool) -> None:
        """Whether pictures of :meth:`open_preview` come from proxies, now and later."""

        def show() -> None:
            self._by_proxy = shown
            self._services.proxies.shown = shown

        self._wish(show)

    def holding(self, fingerprints: Iterable[str]) -> AbstractContextManager[Callable[[], bool]]:
        """A block while nothing about these contents is dropped from the cache; it learns whether that still holds.

        Raises:
            UserError: the cache cannot be written.
        """
        return self._services.cache.using_all(fingerprints)

    def rest_background(self, rest: bool) -> None:
        """Let the import pass rest while somebody plays, or let it go on."""
        self._wish(lambda: self._services.workers.rest(rest))

    def _wish(self, wish: Callable[[], None]) -> None:
        """Do ``wish`` as soon as no part is being made: that may take a second, and the window waits for nothing."""
        self._wishes.append(wish)
        self._grant()

    def _grant(self) -> None:
        while self._wishes and self._making.acquire(blocking=False):
            try:
                while self._wishes:
                    self._wishes.popleft()()
            finally:
                self._making.release()

    @contextlib.contextmanager
    def _parts(self) -> Iterator[None]:
        """A block that may make parts; what was wished meanwhile is done after it."""
        try:
            with self._making:
                yield
        finally:
            self._grant()

    # What reads media (app.core.session.media_list.MediaReader); called from jobs ---------------

    def asset(self, path: Path, context: JobContext) -> Asset:
        """The file as an asset, with a picture of it: it shows before the import pass has its turn."""
        asset = self._ingest().asset(path, context)
        if asset.info.video is not None:
            with contextlib.suppress(UserError):  # a film whose pictures are damaged there comes in all the same
                self._posters().poster(asset, context)
        return asset

    def import_media(self, asset: Asset, context: JobContext) -> ImportResult:
        """Read the whole file once for all that is wanted of it."""
        return self._ingest().import_media(asset, context)

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        """The scenes of ``asset``."""
        return self._ingest().scenes(asset, context)

    # What panes show; called from jobs and threads of their own -----------------------------------

    def jpeg(self, asset: Asset, time: Flicks | None, context: JobContext, /) -> bytes | None:
        """What is shown at media time ``time`` as a small JPEG, upright; before the import has made any, and for
        no time, a picture by which the film is known."""
        ingest = self._ingest()
        found = ingest.thumbnail(asset, time) if time is not None else None
        if found is not None or asset.info.video is None:
            return found
        if time is not None:
            return self._posters().poster(asset, context)
        from app.core.session.film_picture import film_picture

        return film_picture(asset, ingest, self._posters(), context)

    def peaks(self, asset: Asset, context: JobContext) -> Peaks:
        """The shape of the first sound of ``asset``.

        Raises:
            UserError: it has no sound, or cannot be read.
            Cancelled: ``context`` was cancelled.
        """
        return self._ingest().peaks(asset, context)

    # Speech -------------------------------------------------------------------------------------

    def transcription(self) -> Transcription:
        """How media come to their words.

        Raises:
            UserError: the library cannot be opened.
        """
        with self._parts():
            return self._services.transcription

    @property
    def speech_account(self) -> SpeechAccount:
        """Who listens, and what the person has agreed to."""
        with self._accounting:  # never held for long: the window asks, whatever else is being made
            return self._services.speech_account

    # What actions act through -------------------------------------------------------------------

    def context(self, session: Session, media: MediaList, listen: Listener = nobody_listens) -> ActionContext:
        """For the actions of one open project: imports and exports start jobs and return at once."""

        def bring_in(paths: Sequence[Path], /) -> Imported:
            media.add(paths)
            return Imported()

        def scenes_of(asset: Asset, /) -> SceneList:
            row = media.row_of(asset.id)
            if row is None or row.scenes is None:
                raise UserError(asset.name, "its scenes are not known yet", "wait until it has been analysed")
            return row.scenes

        def export(
            project: Project,
            path: Path,
            /,
            *,
            preset: str | None,
            quality: str | None,
            overwrite: bool,
            subtitles: SubtitleMode,
            frames: FrameRange = (None, None),
        ) -> Mapping[str, Any]:
            precious = tuple(Path(asset.path) for asset in project.assets)
            if session.path is not None:
                precious = (session.path, *precious)
            kind = preset or USUAL_PRESET, quality or USUAL_QUALITY, subtitles
            return self._start_export(_Order(project, *kind, Destination(path, overwrite, precious), frames))

        def words_of(asset: Asset, /) -> Transcript | None:
            return self.transcription().newest(asset)

        return ActionContext(
            session,
            bring_in,
            scenes_of,
            export,
            transcripts=words_of,
            listen=listen,
            take_in=self.asset,
            knowledge=LibraryKnowledge(self._library, self.transcription),
        )

    def sample_project(self, context: JobContext) -> Project:
        """A project to try things on: a film made on the spot, its scenes on the timeline. Called from a job.

        Raises:
            UserError: the film cannot be written.
            Cancelled: ``context`` was cancelled.
        """
        from app.core.media.sample_film import make_sample_film

        path = self._services.profile.data / SAMPLE_NAME
        if not path.exists():
            make_sample_film(path, context)
        asset = self.asset(path, context)
        project = add_assets(new_project("Sample"), (asset,))
        for scene in self.scenes(asset, context).scenes:
            sequence = project.sequences[0]
            project = append(project, sequence.id, asset.id, media=scene_range(asset, scene))
        return project

    def _start_export(self, order: _Order) -> Mapping[str, Any]:
        """Refuse at once what can be refused at once, and start the job.

        Raises:
            UserError: there is no such preset or quality, it cannot have its subtitles that way, or the
                film cannot go there.
        """
        from app.core.render.film_subtitles import require_possible
        from app.core.render.preset import find_preset
        from app.core.render.target import choose_target

        preset, wanted = find_preset(order.preset), order.destination
        preset.quality(order.quality)
        require_possible(order.subtitles, preset)
        choose_target(wanted.path, preset.extensions, wanted.precious, wanted.overwrite)
        if order.subtitles == "file" and shown_subtitles(order.project.sequences[0]) is not None:
            choose_target(subtitle_file(wanted.path), (".srt",), wanted.precious, wanted.overwrite)
        job = self._jobs.submit(
            "export",
            f"Exporting {wanted.path.name}",
            lambda context: self._export(order, preset, context),
            pool=Pool.SERIAL,
        )
        return {"job": job.id, "path": str(wanted.path)}

    def _export(self, order: _Order, preset: ExportPreset, context: JobContext) -> ExportResult:
        from app.core.interchange.subtitles import srt_text
        from app.core.render.export import export
        from app.core.render.plan import make_plan

        sequence = order.project.sequences[0]
        first, last = order.frames
        output = preset.output(sequence.format)
        plan = make_plan(order.project, sequence, first or 0, last, output, subtitles=order.subtitles)
        self._ingest().meet(plan.assets, context)
        with contextlib.closing(self.open_sources()) as pool:
            return export(plan, order.destination, preset, order.quality, pool, context, as_srt=srt_text)

    def _posters(self) -> Posters:
        from app.core.media.poster import Posters

        with self._parts():
            return Posters(self._services.cache, self._services.workers)

    def _library(self) -> Library:
        with self._parts():
            return self._services.library

    def _ingest(self) -> Ingest:
        with self._parts():
            if self._ingesting is None:
                self._ingesting = self._services.ingest
                self._ingesting.full.subscribe(self.cache_full.emit)
            return self._ingesting
