"""An edit changes what it is for and nothing else: every other field of every clip, track, cue and marker stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from app.core.edit import copying, cut, insert, linking, markers, move, slide, speed, subtitle, tracks, trim
from app.core.model.clip import Clip, Gap
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.sequence import SequenceFormat
from app.core.model.subtitle import SubtitleCue
from tests.helpers.document import FRAME
from tests.helpers.every_field import full_project, parts, unlocked

# V1 and A1: a gap [0, 4), a [4, 24) backwards, b [24, 44), c [44, 64) frozen.
# Cues [1, 30) and [40, 50), a marker [50, 53).
BEGIN = unlocked(full_project())
EDGES = ("Clip.source_start", "Clip.duration", "Retime.source_rest")
NOTES = ("SubtitleCue.start", "SubtitleCue.end", "Marker.start")
MAY_CHANGE: dict[str, tuple[Callable[[Project], Project], set[str]]] = {
    "split a": (lambda p: cut.split_all(p, "main", 10 * FRAME), {*EDGES, "Clip.link_id"}),
    "split b": (lambda p: cut.split_all(p, "main", 30 * FRAME), {"Clip.source_start", "Clip.duration", "Clip.link_id"}),
    "lift": (lambda p: cut.lift(p, "main", ["b V1"]), set()),
    "ripple delete": (lambda p: cut.ripple_delete(p, "main", ["a V1"]), {*NOTES}),
    "extract": (
        lambda p: cut.extract(p, "main", 10 * FRAME, 14 * FRAME),
        {"Clip.source_start", "Clip.duration", "Clip.link_id", "Retime.source_rest", *NOTES},
    ),
    "trim": (lambda p: trim.trim(p, "main", "a V1", "start", 8 * FRAME), {"Clip.duration"}),
    "ripple trim": (
        lambda p: trim.ripple_trim(p, "main", "b V1", "start", 26 * FRAME),
        {"Clip.duration", "Clip.source_start", *NOTES},
    ),
    "roll": (lambda p: slide.roll(p, "main", "b V1", "start", 22 * FRAME), {*EDGES}),
    "slip": (lambda p: slide.slip(p, "main", "a V1", 2 * FRAME), {"Clip.source_start", "Retime.source_rest"}),
    "slide": (lambda p: slide.slide(p, "main", "b V1", FRAME), {*EDGES}),
    "move": (lambda p: move.move_clips(p, "main", ["c V1", "c A1"], 10 * FRAME), set()),
    "paste": (
        lambda p: copying.paste(p, "main", copying.copied(p, "main", ["a V1"]), 90 * FRAME),
        {"Clip.link_id", "Clip.group_id"},
    ),
    "duplicate": (
        lambda p: copying.duplicate(p, "main", ["a V1"]),
        {"Clip.link_id", "Clip.group_id", "Clip.duration", *NOTES},
    ),
    "insert": (lambda p: insert.insert(p, "main", "film", 4 * FRAME), {*NOTES}),
    "level": (lambda p: speed.set_gain(p, "main", ["a A1"], 1.0), {"Clip.gain_db"}),
    "speed": (
        lambda p: speed.set_speed(p, "main", ["b V1"], speed.retime(Fraction(2))),
        {"Clip.duration", "Clip.retime"},
    ),
    "other speed": (
        lambda p: speed.set_speed(p, "main", ["a A1"], speed.retime(Fraction(2), reverse=True, keep_pitch=False)),
        {"Clip.duration", "Clip.source_start", "Retime.speed", "Retime.source_rest"},
    ),
    "link": (lambda p: linking.link(p, "main", ["a V1", "b A1"]), {"Clip.link_id"}),
    "unlink": (lambda p: linking.unlink(p, "main", ["a V1"]), {"Clip.link_id"}),
    "group": (lambda p: linking.group(p, "main", ["a V1", "b V1"]), {"Clip.group_id"}),
    "ungroup": (lambda p: linking.ungroup(p, "main", ["a V1"]), {"Clip.group_id"}),
    "rename track": (lambda p: tracks.rename_track(p, "main", "V1", "New"), {"Track.name"}),
    "move track": (lambda p: tracks.move_track(tracks.add_track(p, "main", "video"), "main", "V1", 1), set()),
    "mute": (lambda p: tracks.set_flags(p, "main", "A1", muted=False), {"Track.muted"}),
    "mark": (lambda p: markers.change_marker(p, "main", "marker", name="New"), {"Marker.name"}),
    "say": (lambda p: subtitle.set_text(p, "main", "cue 1", "New"), {"SubtitleCue.text"}),
    "speaker": (lambda p: subtitle.set_speaker(p, "main", "cue 1", None), {"SubtitleCue.speaker"}),
    "retime cue": (lambda p: subtitle.retime(p, "main", "cue 1", 0, FRAME), {"SubtitleCue.start", "SubtitleCue.end"}),
    "split cue": (
        lambda p: subtitle.split_cue(p, "main", "cue 1", position=5),
        {"SubtitleCue.start", "SubtitleCue.end", "SubtitleCue.text"},
    ),
    "shift cues": (lambda p: subtitle.shift_cues(p, "main", None, FRAME), {"SubtitleCue.start", "SubtitleCue.end"}),
    "hide subtitles": (lambda p: subtitle.set_flags(p, "main", "ST1", hidden=False), {"SubtitleTrack.hidden"}),
    "lock subtitles": (lambda p: subtitle.set_flags(p, "main", "ST1", locked=True), {"SubtitleTrack.locked"}),
    "add cue": (lambda p: subtitle.add_cue(p, "main", 31 * FRAME, 33 * FRAME, "New"), set()),
}


@pytest.mark.parametrize("name", MAY_CHANGE)
def test_only_what_the_edit_is_for_changes(name: str) -> None:
    edit, may = MAY_CHANGE[name]
    after = edit(BEGIN)
    assert lint(after) == []
    assert after != BEGIN
    found: set[str] = set()
    before = list(parts(BEGIN))
    for part in parts(after):
        if isinstance(part, (Gap, Retime)):  # room is made anew, a speed is part of its clip
            continue
        mates = [each for each in before if type(each) is type(part) and _name(each) == _name(part)]
        if mates:
            found |= min((_differing(each, part) for each in mates), key=len)
    assert found <= may


def _name(part: Any) -> object:
    """What tells a thing apart through all edits: pieces and copies have new ids and the same extra."""
    return part.extra if isinstance(part, (Clip, SubtitleCue)) else getattr(part, "id", None)


def _differing(one: Any, other: Any) -> set[str]:
    """Names of the fields that differ, but for ids and what is inside of a row."""
    names = set()
    for field in dataclasses.fields(one):
        old, new = getattr(one, field.name), getattr(other, field.name)
        if old == new or (field.name == "id" and isinstance(one, (Clip, SubtitleCue))):
            continue
        if isinstance(old, tuple) and field.name != "extra":
            continue
        if isinstance(old, (Retime, SequenceFormat)) and type(old) is type(new):
            names |= _differing(old, new)
        else:
            names.add(f"{type(one).__name__}.{field.name}")
    return names
