"""What the engine needs from the outside and does not know how to do: keep things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.jobs.context import JobContext
from app.core.model.asset import Asset, MediaInfo
from app.core.model.project import Project
from app.core.model.scene import Scene, SceneList
from app.core.model.transcript import Cue, Transcript
from app.core.speech.transcriber import Sent

PROBE_VERSION = 4
"""Of what a probe finds: raise it when it finds something else in the same file, so that files are probed again."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What reading a whole film left; where one of the files ``signs`` is gone, it is worth doing again.

    ``no_proxy`` says why it has none, or not a whole one, though that is worth having; else it is empty.
    """

    signs: tuple[str, ...] = ()
    no_proxy: str = ""


class MediaReader(Protocol):
    """What reads files and finds what is in them (``session.ingest``). Called from jobs."""

    def asset(self, path: Path, context: JobContext) -> Asset:
        """The file as an asset.

        Raises:
            UserError: it cannot be used.
        """

    def import_media(self, asset: Asset, context: JobContext) -> ImportResult:
        """Read the whole file once for scenes, thumbnails and proxies; goes on where it was."""

    def scenes(self, asset: Asset, context: JobContext) -> SceneList:
        """The scenes of ``asset``, at once after :meth:`import_media`."""


class ProjectStore(Protocol):
    """Project files. Both calls may be made from any thread."""

    def load(self, path: Path) -> Project:
        """The project in ``path``; media paths come back absolute, no medium is opened.

        Raises:
            UserError: no such file, damaged, or written by a newer Insomnia.
        """

    def save(self, project: Project, path: Path) -> None:
        """Write ``project``: afterwards ``path`` holds the old file or the new one, whole.

        Raises:
            UserError: the disk is full or the place cannot be written; the old file stands.
        """


@dataclass(frozen=True, slots=True)
class KnownMedia:
    """What the library holds about one content, whatever its name today."""

    fingerprint: str
    size: int
    path: str
    info: MediaInfo


class Library(Protocol):
    """What is known about media, by content. All calls may be made from any thread.

    Every call raises UserError where the database is damaged, locked for long, full or out of reach.
    """

    @property
    def name(self) -> str:
        """Where it is kept, without passwords."""

    def media(self, fingerprint: str) -> KnownMedia | None:
        """The probe result kept for this content, if any of this ``PROBE_VERSION``."""

    def keep_media(self, known: KnownMedia, *, probed: bool = True) -> None:
        """Keep or replace a probe result.

        With ``probed`` False it is what a project or a timeline says, for scenes and words to refer to: it is
        kept where nothing is, replaces nothing, and :meth:`media` does not give it, so that the file is probed
        when it is met.
        """

    def scenes(self, fingerprint: str, method: str) -> SceneList | None:
        """The scenes found in this content by ``method`` (detector, version and its settings in a word)."""

    def keep_scenes(self, fingerprint: str, method: str, found: SceneList) -> None:
        """Keep or replace the scenes of a content.

        Raises:
            KeyError: the content itself was never kept: a bug of the caller.
        """

    def search(self, text: str, limit: int = 100) -> tuple[KnownMedia, ...]:
        """Media whose file name contains ``text`` in any letter case, the newest first."""

    def check(self) -> tuple[str, ...]:
        """What is broken inside, in the database's words; empty when sound. Reads everything."""

    def close(self) -> None:
        """Give the database back. Safe to call twice."""


class Transcripts(Protocol):
    """What was said in media, by content and by how it was asked for. All calls may be made from any thread.

    ``method`` names engine and options in a word. Every call raises UserError as those of :class:`Library` do.
    """

    def transcript(self, fingerprint: str, method: str) -> Transcript | None:
        """The finished transcript of this content, if any."""

    def newest(self, fingerprint: str) -> Transcript | None:
        """The finished transcript of this content that was asked for last, whatever the options."""

    def newest_method(self, fingerprint: str) -> str | None:
        """The method of :meth:`newest`; None where there is none."""

    def known_words(self, fingerprint: str) -> int | None:
        """How many words :meth:`newest` has; 0 where nobody speaks, None where there is none."""

    def begun(self, fingerprint: str) -> tuple[str, ...]:
        """The methods of unfinished transcriptions of this content that nobody stopped, the oldest first."""

    def stop(self, fingerprint: str, method: str) -> None:
        """A person stopped an unfinished transcription: it can go on, but is no longer among :meth:`begun`."""

    def keep_transcript(self, fingerprint: str, method: str, found: Transcript) -> None:
        """Keep a finished transcript, in place of what was on its way.

        Raises:
            KeyError: the content itself was never kept: a bug of the caller.
        """

    def sent(self, fingerprint: str, method: str) -> Sent | None:
        """How far an unfinished transcription came, if one was begun and can go on."""

    def keep_sent(self, fingerprint: str, method: str, engine: str, sent: Sent) -> None:
        """Remember how far a transcription came.

        Raises:
            KeyError: the content itself was never kept: a bug of the caller.
        """

    def give_up(self, fingerprint: str, method: str) -> None:
        """What was sent is of no more use; nothing where nothing was."""

    def upload(self, fingerprint: str, engine: str) -> Sent | None:
        """The newest upload of this content to that engine, for whatever options; without its job."""

    def jobs(self, fingerprint: str) -> frozenset[str]:
        """The service's ids of all transcriptions of this content."""

    def scene_cues(self, fingerprint: str, method: str, scene: Scene, version: int) -> tuple[Cue, ...] | None:
        """The cues of a scene in scene time, as they were kept for this transcript by this ``version`` of the rules."""

    def keep_scene_cues(self, fingerprint: str, method: str, scene: Scene, version: int, cues: tuple[Cue, ...]) -> None:
        """Keep the cues of a scene until the scene or the transcript is made anew.

        Nothing is kept of a scene or a transcript that the library does not know.
        """
