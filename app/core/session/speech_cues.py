"""Cues made of what is heard on a timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.base.errors import UserError
from app.core.edit.subtitle import heard_words
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.model.sequence import Sequence
from app.core.model.transcript import Cue, Transcript, Word


@dataclass(frozen=True, slots=True)
class SpeechCues:
    """Cues in sequence time, and the media on sound tracks to which nobody has listened yet.

    ``language`` is what all of them speak, None where that is not known or not one.
    """

    cues: tuple[Cue, ...]
    unknown: tuple[Asset, ...]
    language: str | None = None


def speech_cues(
    project: Project, sequence: Sequence, transcript_of: Callable[[Asset], Transcript | None]
) -> SpeechCues:
    """Cues of the words that are heard on ``sequence``. Takes a second for hours of speech; for any thread.

    Raises:
        UserError: nothing is known of any of its media, none of the words is heard, or
            ``transcript_of`` failed.
    """
    from app.core.speech.captions import make_cues

    used = {item.asset_id for track in sequence.audio_tracks for item in track.items if isinstance(item, Clip)}
    words: dict[str, tuple[Word, ...]] = {}
    unknown, languages = [], set()
    for asset in project.assets:
        if asset.id in used:
            found = transcript_of(asset)
            if found is None:
                unknown.append(asset)
            else:
                words[asset.id] = found.words
                languages |= {found.language} if found.words else set()
    if not words:
        why = "nobody has listened to the media on the timeline yet" if used else "there is no sound on the timeline"
        raise UserError("subtitles from speech", why, "transcribe them first" if used else "put some on it first")
    heard = heard_words(sequence, words)
    if not heard:
        raise UserError("subtitles from speech", "no speech is heard on the timeline", "see that its track sounds")
    language = languages.pop() if len(languages) == 1 else None
    return SpeechCues(make_cues(heard), tuple(unknown), language)
