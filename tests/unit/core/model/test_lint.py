"""Every invariant: a sound document passes, and each way of breaking it is named."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.core.model.lint import lint
from app.core.model.marker import Marker
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat
from app.core.model.subtitle import SubtitleCue, SubtitleTrack
from tests.helpers.document import FRAME, clip, film, gap, music, project, still, track


def sound() -> Project:
    return project(
        track("V1", clip("a", 10, link="l"), gap(5), clip("b", 20, source=30), clip("s", 9999, asset="still")),
        track("A1", clip("c", 10, link="l"), clip("m", 240, asset="music")),
    )


def with_format(document: Project, **changes: object) -> Project:
    sequence = document.sequences[0]
    return replace(document, sequences=(replace(sequence, format=replace(sequence.format, **changes)),))  # type: ignore[arg-type]


def test_a_sound_document_has_no_problems() -> None:
    assert lint(sound()) == []
    assert lint(Project("p", "Empty")) == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (project(track("V1", clip("a", 5), clip("a", 5))), "clip a: the id is used twice"),
        (project(track("V1", clip("V1", 5))), "clip V1: the id is used twice"),
        (project(track("V1", clip("", 5))), "a clip has an empty id"),
        (project(track("V1", clip("a", 5, asset="gone"))), "its asset gone is not in the project"),
        (project(track("V1", clip("a", 0))), "clip a lasts 0"),
        (project(track("V1", clip("a", -1), clip("b", 2))), "clip a lasts"),
        (project(track("V1", gap(0), clip("a", 1))), "a gap lasts 0"),
        (project(track("V1", clip("a", 1, frame=FRAME - 1))), "not whole frames long"),
        (project(track("V1", gap(2), gap(2), clip("a", 1))), "follows a gap"),
        (project(track("V1", clip("a", 1), gap(2))), "ends with a gap"),
        (project(track("V1", clip("a", 241))), "reaches past the end of its media"),
        (project(track("V1", clip("a", 1, source=-1))), "begins before its media"),
        (project(track("A1", clip("a", 241, asset="music"))), "reaches past the end"),
        (project(track("A1", clip("a", 1, asset="silent"))), "has no sound"),
        (project(track("V1", clip("a", 1, asset="music"))), "has no picture"),
        (project(track("V1", replace(clip("a", 1), gain_db=float("nan")))), "gain nan"),
        (project(track("V1", replace(clip("a", 1), gain_db=1e18))), "gain 1e+18"),
        (project(track("V1", replace(clip("a", 1), link_id=""))), "empty link id"),
        (project(replace(track("V1"), name="")), "no name"),
        (with_format(sound(), width=161), "size 161x90"),
        (with_format(sound(), height=0), "size 160x0"),
        (with_format(sound(), width=10**6), "size 1000000x90"),
        (with_format(sound(), rate=Fraction(17, 3)), "no whole number of flicks"),
        (with_format(sound(), rate=Fraction(0)), "no whole number of flicks"),
        (with_format(sound(), audio_rate=0), "sound rate 0"),
        (with_format(sound(), channels=0), "0 sound channels"),
        (project(assets=(replace(film(), size=-1),)), "negative file size"),
        (project(assets=(replace(film(), info=replace(film().info, duration=-1)),)), "negative duration"),
        (project(assets=(replace(film(), info=replace(film().info, video=None)),)), "a video without picture"),
        (project(assets=(replace(music(), info=replace(music().info, audio=())),)), "a sound file without sound"),
    ],
)
def test_each_broken_invariant_is_named(document: Project, problem: str) -> None:
    assert any(problem in found for found in lint(document)), lint(document)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rate": Fraction(0)}, "asset film: no frame rate"),
        ({"rate": Fraction(-25)}, "asset film: no frame rate"),
        ({"sample_aspect": Fraction(0)}, "asset film: no shape of its pixels"),
        ({"width": 0}, "asset film: no picture size"),
    ],
)
def test_a_picture_that_cannot_be_is_named_also_where_it_is_used(changes: dict[str, Any], problem: str) -> None:
    info = film().info
    assert info.video is not None
    broken = replace(film(), info=replace(info, video=replace(info.video, **changes)))
    assert problem in lint(project(track("V1", clip("a", 10)), assets=(broken,)))


def test_a_track_among_the_wrong_kind() -> None:
    document = sound()
    sequence = document.sequences[0]
    swapped = replace(sequence, video_tracks=sequence.audio_tracks, audio_tracks=())
    assert "track A1: audio among the video tracks" in lint(replace(document, sequences=(swapped,)))


def test_a_link_stays_in_its_sequence() -> None:
    document = sound()
    other = Sequence("other", "Other", SequenceFormat(160, 90, Fraction(24)), (track("V9", clip("x", 5, link="l")),))
    problems = lint(replace(document, sequences=(*document.sequences, other)))
    assert problems == ["clip x: linked to a clip of another sequence"]


def test_the_rounding_to_whole_frames_is_no_fault() -> None:
    """Media of 25 fps in a sequence of 24: the last frame may be held for less than one frame."""
    asset = film(rate=Fraction(25), frames=25)
    assert lint(project(track("V1", clip("a", 24)), assets=(asset,))) == []
    assert lint(project(track("V1", clip("a", 24, source=1)), assets=(asset,))) != []
    late = film(start=FRAME // 2)
    assert lint(project(track("V1", clip("a", 240)), assets=(late,))) == []


def test_a_still_is_endless() -> None:
    assert lint(project(track("V1", clip("a", 10**6, source=-5, asset="still")), assets=(still(),))) == []


def test_media_of_unknown_length_set_no_end() -> None:
    asset = film()
    assert asset.info.video is not None
    video = replace(asset.info.video, frames=None, duration=None)
    unknown = replace(asset, info=replace(asset.info, duration=None, video=video, audio=()))
    assert lint(project(track("V1", clip("a", 10**6)), assets=(unknown,))) == []


def test_cues_last_and_are_in_order() -> None:
    def with_cues(*cues: SubtitleCue) -> list[str]:
        document = sound()
        subtitled = replace(document.sequences[0], subtitle_tracks=(SubtitleTrack("ST1", "ST1", cues),))
        return lint(replace(document, sequences=(subtitled, *document.sequences[1:])))

    one, two = SubtitleCue("one", 0, 9, "a"), SubtitleCue("two", 5, 8, "")
    assert with_cues(one, two) == []
    assert with_cues(two, one) == ["cue one: it begins before the one in front of it, or before 0"]
    assert with_cues(SubtitleCue("one", -1, 4, "a")) == [
        "cue one: it begins before the one in front of it, or before 0"
    ]
    assert with_cues(SubtitleCue("one", 4, 4, "a")) == ["cue one lasts 0"]
    assert with_cues(one, replace(two, id="one")) == ["cue one: the id is used twice"]


def test_markers_lie_on_frames_and_in_order() -> None:
    def with_markers(*markers: Marker) -> list[str]:
        document = sound()
        marked = replace(document.sequences[0], markers=markers)
        return lint(replace(document, sequences=(marked, *document.sequences[1:])))

    one, two = Marker("one", FRAME), Marker("two", FRAME, 3 * FRAME)
    assert with_markers(one, two) == []
    assert with_markers(two, one) == ["marker one: it begins before the one in front of it, or before 0"]
    assert with_markers(Marker("mark", -FRAME)) == ["marker mark: it begins before the one in front of it, or before 0"]
    assert with_markers(Marker("mark", 1)) == ["marker mark is not on whole frames"]
    assert with_markers(Marker("mark", FRAME, 5)) == ["marker mark is not on whole frames"]
    assert "marker mark lasts -5" in with_markers(Marker("mark", FRAME, -5))
    assert with_markers(replace(one, color="mauve")) == ["marker one: its color mauve is not known"]  # type: ignore[arg-type]
    assert with_markers(replace(one, id="a")) == ["marker a: the id is used twice"]


def test_a_group_stays_in_its_sequence() -> None:
    document = project(track("V1", replace(clip("a", 5), group_id="g"), replace(clip("b", 5), group_id="")))
    other = replace(project(track("V9", replace(clip("x", 5), group_id="g"))).sequences[0], id="other")
    assert lint(replace(document, sequences=(*document.sequences, other))) == [
        "clip b: an empty group id",
        "clip x: grouped with a clip of another sequence",
    ]
