"""Edits of subtitles: cues written, timed, split, merged and shifted, and the words that they are made of.

Times are sequence time and need not lie on frames. A cue stays in its place in order of start and
end; cues may overlap, which :func:`app.core.model.subtitle.problems` points out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.core.base.errors import UserError
from app.core.base.ids import new_id
from app.core.base.time import SECOND, Flicks
from app.core.edit.document import with_sequence
from app.core.edit.subtitle_rows import (
    Place,
    any_track,
    find_cue,
    order,
    target,
    tracks_of,
    with_cues,
    with_new_track,
    with_track,
)
from app.core.edit.subtitle_text import clean, cut_near, joined
from app.core.model.clip import Clip
from app.core.model.links import PlacedClip, placed_clips
from app.core.model.project import Project
from app.core.model.sequence import Sequence as Timeline
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from app.core.model.transcript import Cue, Word
from app.core.model.words import shown

_MILLISECOND: Flicks = SECOND // 1000


def add_track(project: Project, sequence_id: str, language: str | None = None) -> Project:
    """Add an empty subtitle track, named after its number (ST2), behind the others."""
    return with_sequence(project, with_new_track(project.sequence(sequence_id), language))


def set_flags(
    project: Project, sequence_id: str, track_id: str, *, hidden: bool | None = None, locked: bool | None = None
) -> Project:
    """Switch what is said of a track, also of a locked one; what is None stays as it is.

    Raises:
        UserError: the track is gone.
    """
    sequence = project.sequence(sequence_id)
    track = any_track(sequence, track_id)
    changed = replace(
        track,
        hidden=track.hidden if hidden is None else hidden,
        locked=track.locked if locked is None else locked,
    )
    return project if changed == track else with_sequence(project, with_track(sequence, changed))


def add_cue(
    project: Project,
    sequence_id: str,
    start: Flicks,
    end: Flicks,
    text: str,
    *,
    track_id: str | None = None,
    speaker: str | None = None,
) -> Project:
    """Add one cue, on the first track unless another is named; a track is made where there is none.

    Raises:
        UserError: the times are none, or the track is gone or locked.
    """
    return add_cues(project, sequence_id, [Cue(start, end, text, speaker)], track_id)


def add_cues(project: Project, sequence_id: str, cues: Iterable[Cue], track_id: str | None = None) -> Project:
    """Add cues beside those that are there.

    Raises:
        UserError: as :func:`add_cue`; then none is added.
    """
    sequence, track = target(project.sequence(sequence_id), track_id)
    added = [_made(cue) for cue in cues]
    if not added:
        return project
    return with_sequence(project, with_track(sequence, with_cues(track, added)))


def replace_cues(
    project: Project,
    sequence_id: str,
    cues: Sequence[Cue],
    track_id: str | None = None,
    *,
    language: str | None = None,
) -> Project:
    """Put ``cues`` in place of all that lie on the track. One that is there already, as it is, stays the same cue.

    ``language`` is what they are in; what is known of the track stays where None.

    Raises:
        UserError: as :func:`add_cue`; then nothing changes.
    """
    sequence, track = target(project.sequence(sequence_id), track_id)
    there: dict[Cue, list[SubtitleCue]] = {}
    for cue in reversed(track.cues):
        there.setdefault(Cue(cue.start, cue.end, cue.text, cue.speaker), []).append(cue)
    made = [_made(cue) for cue in cues]
    kept = [
        known.pop() if (known := there.get(Cue(cue.start, cue.end, cue.text, cue.speaker))) else cue for cue in made
    ]
    row = tuple(sorted(kept, key=order))
    said = track.language if language is None else language
    if row == track.cues and said == track.language:
        return project
    return with_sequence(project, with_track(sequence, replace(track, cues=row, language=said)))


def set_text(project: Project, sequence_id: str, cue_id: str, text: str) -> Project:
    """Let a cue say ``text``; line feeds part its lines.

    Raises:
        UserError: the cue is gone, or its track is locked.
    """
    place = find_cue(project.sequence(sequence_id), cue_id)
    return _with_pieces(project, place, replace(place.cue, text=clean(text)))


def set_speaker(project: Project, sequence_id: str, cue_id: str, speaker: str | None) -> Project:
    """Say who speaks; None, or a blank name, where nobody knows.

    Raises:
        UserError: the cue is gone, or its track is locked.
    """
    place = find_cue(project.sequence(sequence_id), cue_id)
    return _with_pieces(project, place, replace(place.cue, speaker=_name(speaker)))


def retime(project: Project, sequence_id: str, cue_id: str, start: Flicks, end: Flicks) -> Project:
    """Let a cue show from ``start`` until ``end``; it goes to its new place among the others.

    Raises:
        UserError: the times are none, the cue is gone, or its track is locked.
    """
    place = find_cue(project.sequence(sequence_id), cue_id)
    _require_times(start, end)
    return _with_pieces(project, place, replace(place.cue, start=start, end=end))


def split_cue(
    project: Project, sequence_id: str, cue_id: str, *, at: Flicks | None = None, position: int | None = None
) -> Project:
    """Part a cue in two: its text at the character ``position``, its time at ``at``.

    Without ``at`` each piece gets the time that its share of the characters needs; without
    ``position`` the text is cut at the blank nearest to where ``at`` is in time; without both,
    nearest to the middle. The first piece stays the same cue.

    ::

        [ Where are you? Here.  ]    ->    [ Where are you?  ][ Here. ]

    Raises:
        UserError: one piece would have no text or no time, the cue is gone, or its track is locked.
    """
    place = find_cue(project.sequence(sequence_id), cue_id)
    cue = place.cue
    what = f"subtitle {shown(cue.text)}"
    if at is not None and not cue.start < at < cue.end:
        raise UserError(what, "it does not show at that time", "choose a time inside of it")
    if position is None:
        share = (1, 2) if at is None else (at - cue.start, cue.end - cue.start)
        position = cut_near(cue.text, *share)
    first, second = ("", "") if position is None else (cue.text[:position].rstrip(), cue.text[position:].lstrip())
    if position is None or position < 0 or not first or not second:
        raise UserError(what, "one part would have no text", "choose a place between two words")
    moment = _shared_time(cue, len(first), len(second)) if at is None else at
    if moment is None:
        raise UserError(what, "it is too short to be split", "let it last longer first")
    pieces = replace(cue, end=moment, text=first), replace(cue, id=new_id(), start=moment, text=second)
    return _with_pieces(project, place, *pieces)


def merge_cues(project: Project, sequence_id: str, cue_ids: Collection[str]) -> Project:
    """Make one cue of several neighbours; it stays the first of them.

    The texts follow each other on one line where they fit it, else on lines of their own. Where
    different people speak, each line begins with a dash, and the speaker is kept only where all agree.

    ::

        [ Where are ][ you? ]    ->    [ Where are you?   ]

    Raises:
        UserError: there are fewer than two, they lie on different tracks, another lies between
            them, one is gone, or their track is locked.
    """
    sequence = project.sequence(sequence_id)
    places = sorted((find_cue(sequence, each) for each in set(cue_ids)), key=lambda place: place.index)
    if len(places) < 2:
        raise UserError("merge subtitles", "it takes at least two", "choose subtitles that follow each other")
    first, last = places[0], places[-1]
    if any(place.track.id != first.track.id for place in places):
        raise UserError("merge subtitles", "they lie on different tracks", "choose subtitles of one track")
    if last.index - first.index != len(places) - 1:
        raise UserError("merge subtitles", "another one lies between them", "choose it as well")
    cues = [place.cue for place in places]
    speakers = {cue.speaker for cue in cues}
    merged = replace(
        first.cue,
        end=max(cue.end for cue in cues),
        text=joined([(cue.speaker, cue.text) for cue in cues]),
        speaker=first.cue.speaker if len(speakers) == 1 else None,
    )
    rest = first.track.cues[: first.index] + first.track.cues[last.index + 1 :]
    changed = with_cues(replace(first.track, cues=rest), [merged])
    return with_sequence(project, with_track(sequence, changed))


def delete_cues(project: Project, sequence_id: str, cue_ids: Collection[str]) -> Project:
    """Take cues away; the others stay where they are.

    Raises:
        UserError: one is gone, or its track is locked; then none is taken.
    """
    sequence = project.sequence(sequence_id)
    wanted = set(cue_ids)
    for track in tracks_of(sequence, wanted):
        kept = tuple(cue for cue in track.cues if cue.id not in wanted)
        sequence = with_track(sequence, replace(track, cues=kept))
    return with_sequence(project, sequence) if wanted else project


def shift_cues(project: Project, sequence_id: str, cue_ids: Collection[str] | None, by: Flicks) -> Project:
    """Let cues show ``by`` later, or earlier where it is negative. None: all of them, but those on locked tracks.

    ::

        [ a ][ b ]    ->      [ a ][ b ]

    Raises:
        UserError: one would begin before 0, one is gone or its track is locked, or there are none;
            then none shifts.
    """
    sequence = project.sequence(sequence_id)
    wanted = None if cue_ids is None else set(cue_ids)
    if wanted is None:
        tracks = [track for track in sequence.subtitle_tracks if track.cues and not track.locked]
        if not tracks:
            raise UserError("shift subtitles", "there are none that may be shifted", "add some, or unlock their track")
    else:
        tracks = tracks_of(sequence, wanted)
    if by == 0:
        return project
    for track in tracks:
        sequence = with_track(sequence, _shifted(track, wanted, by))
    return with_sequence(project, sequence)


def heard_words(sequence: Timeline, words_by_asset: Mapping[str, Sequence[Word]]) -> tuple[Word, ...]:
    """The words that are heard on the timeline, in sequence time and in order; ``words_by_asset`` in media time.

    Only clips on tracks that sound are listened to. A word is heard where its middle lies in a clip,
    and is cut to that clip. What two tracks say at the same time in the same words is heard once.
    """
    solo = any(track.solo for track in sequence.audio_tracks)
    spoken = {asset: sorted(words, key=_middle) for asset, words in words_by_asset.items()}
    found: dict[tuple[Flicks, Flicks, str, str | None], Word] = {}
    for track in sequence.audio_tracks:
        if track.muted or (solo and not track.solo):
            continue
        for placed in placed_clips(track):
            if placed.clip.rate == 0:
                continue
            for word in _inside(placed.clip, spoken.get(placed.clip.asset_id, [])):
                first, last = _moments(placed, word)
                start, end = max(first, placed.start), min(last, placed.end)
                found.setdefault((start, end, word.text, word.speaker), replace(word, start=start, end=end))
    return tuple(sorted(found.values(), key=lambda word: (word.start, word.end)))


def _middle(word: Word) -> Flicks:
    return (word.start + word.end) // 2


def _moments(placed: PlacedClip, word: Word) -> tuple[Flicks, Flicks]:
    """Sequence time of a word, as the clip plays it."""
    if placed.clip.retime is None:
        offset = placed.start - placed.clip.source_start
        return word.start + offset, word.end + offset
    media = placed.media
    first, last = sorted(round(media.moment_of(edge)) for edge in (word.start, word.end))
    return first, last


def _inside(clip: Clip, words: Sequence[Word]) -> Sequence[Word]:
    """The words, in order of their middles, whose middle lies in ``clip``."""
    first = bisect_left(words, clip.source_start, key=_middle)
    return words[first : bisect_left(words, clip.source_end, first, key=_middle)]


def _require_times(start: Flicks, end: Flicks) -> None:
    if start < 0:
        raise UserError("subtitle", "it would begin before the timeline does", "let it begin at 0 or later")
    if end <= start:
        raise UserError("subtitle", "it would end before it begins", "choose an end behind its start")


def _made(cue: Cue) -> SubtitleCue:
    _require_times(cue.start, cue.end)
    return SubtitleCue(new_id(), cue.start, cue.end, clean(cue.text), _name(cue.speaker))


def _name(speaker: str | None) -> str | None:
    return " ".join(clean(speaker or "").split()) or None


def _shared_time(cue: SubtitleCue, first: int, second: int) -> Flicks | None:
    """When the second piece of a cue begins, on a whole millisecond where one lies inside."""
    lasts = cue.end - cue.start
    if lasts < 2:
        return None
    moment = cue.start + min(max(lasts * first // (first + second), 1), lasts - 1)
    whole = (moment + _MILLISECOND // 2) // _MILLISECOND * _MILLISECOND
    return whole if cue.start < whole < cue.end else moment


def _shifted(track: SubtitleTrack, wanted: Collection[str] | None, by: Flicks) -> SubtitleTrack:
    row = [
        replace(cue, start=cue.start + by, end=cue.end + by) if wanted is None or cue.id in wanted else cue
        for cue in track.cues
    ]
    early = min((cue.start for cue in row), default=0)
    if early < 0:
        why = "the first one would begin before the timeline does"
        most = (early - by) // _MILLISECOND / 1000
        raise UserError("shift subtitles", why, f"shift them {most:g} seconds earlier at most")
    row.sort(key=order)
    return replace(track, cues=tuple(row))


def _with_pieces(project: Project, place: Place, *pieces: SubtitleCue) -> Project:
    """``project`` with a cue replaced; itself where that changes nothing."""
    if pieces == (place.cue,):
        return project
    row = place.track.cues
    if len(pieces) == 1 and order(pieces[0]) == order(place.cue):
        changed = replace(place.track, cues=(*row[: place.index], pieces[0], *row[place.index + 1 :]))
    else:
        changed = with_cues(replace(place.track, cues=row[: place.index] + row[place.index + 1 :]), pieces)
    return with_sequence(project, with_track(place.sequence, changed))
