"""One line of the media pane: a file with what is known of it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from app.core.base.time import Flicks
from app.core.model.asset import Asset
from app.core.model.media_warnings import damages
from app.core.session.media_list import MediaRow, MediaStatus
from app.core.session.speech_list import SpeechRow, SpeechState
from app.ui.dialogs.error import sentence
from app.ui.widgets.cards import clock, skim_time
from app.ui.words import rate_in_words

Order: TypeAlias = Literal["added", "name", "duration", "status", "size", "rate", "scenes"]

_STATUSES = list(MediaStatus)


@dataclass(frozen=True, slots=True)
class MediaEntry:
    """A file of the list; ``asset`` is there as soon as it has been read."""

    row: MediaRow
    asset: Asset | None = None
    speech: SpeechRow | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.asset.name if self.asset is not None else self.row.name

    @property
    def busy(self) -> bool:
        """Whether something is being done with it."""
        listening = self.speech is not None and self.speech.busy
        return listening or self.row.status in (MediaStatus.WAITING, MediaStatus.READING, MediaStatus.ANALYSING)

    @property
    def progress(self) -> float:
        """How far that is, 0 to 1."""
        if self.row.status is MediaStatus.READY and self.speech is not None and self.speech.busy:
            return self.speech.progress
        return self.row.progress

    @property
    def unheard(self) -> bool:
        """Whether its sound could not be transcribed."""
        return self.speech is not None and self.speech.state is SpeechState.FAILED

    @property
    def words_text(self) -> str:
        """Whether its words are known, in a word."""
        return "words" if self.speech is not None and self.speech.words else ""

    @property
    def troubled(self) -> bool:
        """Whether it cannot be used now."""
        return self.row.status in (MediaStatus.FAILED, MediaStatus.OFFLINE)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was found out about the file beside its facts, in sentences."""
        return tuple(map(sentence, self.asset.info.warnings)) if self.asset is not None else ()

    @property
    def damaged(self) -> bool:
        """Whether something of the file is missing or broken, though it can be used."""
        return self.asset is not None and not self.troubled and bool(damages(self.asset.info.warnings))

    @property
    def icon(self) -> str:
        """The icon for what is wrong, else for its kind."""
        if self.row.status is MediaStatus.FAILED:
            return "error"
        if self.row.status is MediaStatus.OFFLINE:
            return "offline"
        if self.damaged:
            return "warning"
        return self.kind_icon

    @property
    def kind_icon(self) -> str:
        """The icon for its kind."""
        kind = self.asset.info.kind if self.asset is not None else "video"
        return {"video": "film", "audio": "sound", "image": "picture"}[kind]

    @property
    def duration(self) -> Flicks | None:
        """How long it is, where that is known."""
        return self.asset.info.duration if self.asset is not None else None

    @property
    def can_skim(self) -> bool:
        """Whether pictures of every part of it are there."""
        return self.row.status is MediaStatus.READY and self.asset is not None and self.asset.info.kind == "video"

    def pictures(self, part: float | None = None) -> tuple[Flicks | None, ...]:
        """When the pictures are shown that may stand for it, the best first; none for sound.

        The one at ``part`` (0 to 1) of a film, once it has been read; None, the one by which it is known.
        """
        if self.asset is None or self.asset.info.kind == "audio":
            return ()
        video = self.asset.info.video
        if part is None or video is None or not self.can_skim or not video.duration:
            return (None,)
        return (skim_time(video.start, video.start + video.duration, part), None)

    @property
    def duration_text(self) -> str:
        """Its length, as ``12:34``."""
        return clock(self.duration) if self.duration else ""

    @property
    def size_text(self) -> str:
        """The size of its picture, width and height."""
        video = self.asset.info.video if self.asset is not None else None
        return f"{video.width} × {video.height}" if video is not None else ""

    @property
    def rate_text(self) -> str:
        """Its frames, or samples, a second."""
        if self.asset is None or self.asset.info.kind == "image":
            return ""
        info = self.asset.info
        if info.video is not None:
            return rate_in_words(info.video.rate)
        return f"{info.audio[0].rate / 1000:g} kHz" if info.audio else ""

    @property
    def scenes_text(self) -> str:
        """How many scenes were found."""
        return "" if self.row.scenes is None else str(len(self.row.scenes.scenes))

    @property
    def state_text(self) -> str:
        """How far it is, in a word or two."""
        row = self.row
        if row.status is MediaStatus.ANALYSING:
            return f"Analysing {row.progress:.0%}"
        if row.status is MediaStatus.READY:
            return "Not analysed" if row.reason else "Ready"
        return row.status.value.capitalize()

    @property
    def detail(self) -> str:
        """What a card says below the name: the reason where something is wrong, else how far or what it is."""
        if self.troubled:
            return f"{self.state_text}: {self.row.reason}" if self.row.reason else self.state_text
        if self.row.status is MediaStatus.ANALYSING:
            return f"Finding scenes {self.row.progress:.0%}"
        if self.row.status is MediaStatus.READY and self.speech is not None:
            said = _heard(self.speech)
            if said:
                return said
        if self.busy or self.row.reason or self.asset is None:
            return self.state_text
        if self.row.scenes is not None:
            count = len(self.row.scenes.scenes)
            return "1 scene" if count == 1 else f"{count} scenes"
        return {"video": "Film", "audio": "Sound", "image": "Picture"}[self.asset.info.kind]

    @property
    def tooltip(self) -> str:
        """Everything, in lines."""
        words = _words(self.speech)
        facts = "   ".join(text for text in (self.duration_text, self.size_text, self.rate_text, words) if text)
        lines = (self.name, self.detail, facts, *self.warnings, self.row.path, self.row.note)
        return "\n".join(text for text in lines if text)

    @property
    def spoken(self) -> str:
        """What a screen reader says of its card."""
        return ", ".join((self.name, self.detail, *(["damaged or cut off"] if self.damaged else [])))


def _heard(speech: SpeechRow) -> str:
    """What is being done about its words, or why there are none."""
    if speech.state is SpeechState.WAITING:
        return "Waiting to transcribe"
    if speech.state is SpeechState.RUNNING:
        doing = f", {speech.message}" if speech.message else ""
        return f"Transcribing {speech.progress:.0%}{doing}"
    return f"Not transcribed: {speech.reason}" if speech.state is SpeechState.FAILED else ""


def _words(speech: SpeechRow | None) -> str:
    if speech is None or speech.words is None:
        return ""
    return "nobody speaks" if speech.words == 0 else "1 word" if speech.words == 1 else f"{speech.words} words"


def matches(entry: MediaEntry, search: str) -> bool:
    """Whether the name has all words of ``search`` in it."""
    words = search.casefold().split()
    name = entry.name.casefold() if words else ""
    return all(word in name for word in words)


def arranged(entries: Iterable[MediaEntry], order: Order, *, backwards: bool) -> list[MediaEntry]:
    """In this order; those that have no such property come last either way."""
    listed = list(entries)
    if order == "added":
        return listed[::-1] if backwards else listed
    value = _VALUES[order]
    known = [entry for entry in listed if value(entry) is not None]
    known.sort(key=lambda entry: (value(entry), entry.name.casefold()), reverse=backwards)
    return known + [entry for entry in listed if value(entry) is None]


def _area(entry: MediaEntry) -> int | None:
    video = entry.asset.info.video if entry.asset is not None else None
    return None if video is None else video.width * video.height


def _rate(entry: MediaEntry) -> Any:
    video = entry.asset.info.video if entry.asset is not None else None
    return None if video is None else video.rate


_VALUES: dict[str, Callable[[MediaEntry], Any]] = {
    "name": lambda entry: entry.name.casefold(),
    "duration": lambda entry: entry.duration,
    "status": lambda entry: _STATUSES.index(entry.row.status),
    "size": _area,
    "rate": _rate,
    "scenes": lambda entry: None if entry.row.scenes is None else len(entry.row.scenes.scenes),
}
