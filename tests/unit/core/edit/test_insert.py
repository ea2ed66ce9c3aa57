"""Insert, overwrite and append: one test per edge."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.assets import add_asset, new_project
from app.core.edit.insert import MediaRange, append, insert, overwrite, whole
from app.core.model.asset import MediaInfo
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, film, gap, music, project, row, silent_film, still, track

PART = MediaRange(100 * FRAME, 105 * FRAME, "n")


def pair() -> Project:
    """a with its sound s, b with its sound t, and a title on V2 across the border."""
    return project(
        track("V1", clip("a", 10, link="1"), clip("b", 10, source=20, link="2")),
        track("V2", gap(8), clip("x", 4, asset="silent")),
        track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def test_insert_pushes_later_on_all_tracks_and_splits_what_spans() -> None:
    after = checked(insert(pair(), "main", "film", 9 * FRAME, media=PART))
    assert row(after, "V1") == "a:0+9 n:100+5 a:9+1 b:20+10"
    assert row(after, "A1") == "s:0+9 n:100+5 s:9+1 t:20+10"
    assert row(after, "V2") == "-8 x:0+1 -5 x:1+3"
    video, audio = clips(after, "V1"), clips(after, "A1")
    assert [one.link_id for one in video] == [one.link_id for one in audio]
    assert len({one.link_id for one in video}) == 4


def test_insert_at_a_cut_at_the_start_and_behind_the_end() -> None:
    assert row(checked(insert(pair(), "main", "film", 10 * FRAME, media=PART)), "V1") == "a:0+10 n:100+5 b:20+10"
    assert row(checked(insert(pair(), "main", "film", 0, media=PART)), "A1") == "n:100+5 s:0+10 t:20+10"
    late = checked(insert(pair(), "main", "film", 30 * FRAME, media=PART))
    assert row(late, "V1") == "a:0+10 b:20+10 -10 n:100+5"
    assert row(late, "V2") == "-8 x:0+4"


def test_overwrite_moves_nothing() -> None:
    after = checked(overwrite(pair(), "main", "film", 8 * FRAME, media=PART))
    assert row(after, "V1") == "a:0+8 n:100+5 b:23+7"
    assert row(after, "A1") == "s:0+8 n:100+5 t:23+7"
    assert row(after, "V2") == "-8 x:0+4"
    assert [each.id for each in clips(after, "V1")][2] == "b"


def test_overwrite_inside_a_clip_links_the_later_pieces_anew() -> None:
    after = checked(overwrite(pair(), "main", "film", 2 * FRAME, media=PART))
    assert row(after, "V1") == "a:0+2 n:100+5 a:7+3 b:20+10"
    links = [each.link_id for each in clips(after, "V1")]
    assert links == [each.link_id for each in clips(after, "A1")]
    assert len(set(links)) == 4


def test_overwrite_of_the_picture_alone_keeps_the_link_across() -> None:
    part = MediaRange(0, 5 * FRAME, "n")
    after = checked(overwrite(pair(), "main", "silent", 2 * FRAME, media=part))
    assert row(after, "A1") == "s:0+10 t:20+10"
    assert [each.link_id for each in clips(after, "V1")] == ["1", None, "1", "2"]


def test_the_part_that_is_not_aimed_at_goes_over_nothing() -> None:
    v2 = next(each.id for each in pair().sequences[0].tracks if each.name == "V2")
    over = checked(overwrite(pair(), "main", "film", 14 * FRAME, media=PART, video_track=v2))
    assert row(over, "V2") == "-8 x:0+4 -2 n:100+5"
    assert [row(over, name) for name in ("A1", "A2")] == ["s:0+10 t:20+10", "-14 n:100+5"]
    free = checked(overwrite(pair(), "main", "film", 20 * FRAME, media=PART, video_track=v2))
    assert row(free, "A1") == "s:0+10 t:20+10 n:100+5"
    assert len(free.sequences[0].audio_tracks) == 1


def test_both_parts_go_over_what_is_there_where_both_are_aimed_at() -> None:
    v2, a1 = (next(each.id for each in pair().sequences[0].tracks if each.name == name) for name in ("V2", "A1"))
    over = checked(overwrite(pair(), "main", "film", 14 * FRAME, media=PART, video_track=v2, audio_track=a1))
    assert row(over, "A1") == "s:0+10 t:20+4 n:100+5 t:29+1"


def test_append_goes_behind_the_longer_of_the_targets() -> None:
    document = project(track("V1", clip("a", 3)), track("V2", clip("x", 50)), track("A1", clip("s", 7)))
    after = checked(append(document, "main", "film", media=PART))
    assert row(after, "V1") == "a:0+3 -4 n:100+5"
    assert row(after, "A1") == "s:0+7 n:100+5"
    named = checked(append(document, "main", "film", media=PART, video_track="V2"))
    assert row(named, "V2") == "x:0+50 n:100+5"
    assert row(named, "A1") == "s:0+7 -43 n:100+5"


def test_sound_goes_to_a1_and_picture_to_v1() -> None:
    after = checked(append(project(track("V1"), track("A1")), "main", "music"))
    assert (row(after, "V1"), row(after, "A1")) == ("", "music:0+240")
    after = checked(append(after, "main", "silent"))
    assert (row(after, "V1"), row(after, "A1")) == ("-240 silent:0+240", "music:0+240")
    assert clips(after, "V1")[0].link_id is None
    after = checked(append(after, "main", "still"))
    assert row(after, "V1") == "-240 silent:0+240 still:0+120"


def test_missing_tracks_are_made() -> None:
    after = checked(append(project(), "main", "film", media=PART))
    assert [each.name for each in after.sequences[0].tracks] == ["V1", "A1"]
    assert row(after, "V1") == row(after, "A1") == "n:100+5"


def test_the_whole_of_a_film_is_its_frames() -> None:
    for rate in (Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60000, 1001)):
        asset = film(rate=rate, frames=719, start=12_345)
        document = add_asset(new_project("p"), asset)
        after = checked(append(document, document.sequences[0].id, "film"))
        (only,) = clips(after, "V1")
        assert only.duration == 719 * time.frame_duration(rate)
        assert only.source_start == 12_345


def test_media_of_another_rate_fill_up_to_whole_frames() -> None:
    document = project(track("V1"), assets=(silent_film(rate=Fraction(25), frames=26),))
    assert row(checked(append(document, "main", "silent")), "V1") == "silent:0+25"
    less = MediaRange(0, FRAME // 2, "n")
    assert row(checked(append(document, "main", "silent", media=less)), "V1") == "n:0+1"


def test_a_flick_of_rounding_is_no_frame() -> None:
    after = append(pair(), "main", "silent", media=MediaRange(0, 5 * FRAME + 3, "n"))
    assert clips(after, "V1")[-1].duration == 5 * FRAME


def test_locked_targets_refuse() -> None:
    document = project(track("V1", locked=True), track("A1"))
    for edit in (insert, overwrite):
        with pytest.raises(UserError, match="track V1: it is locked"):
            edit(document, "main", "film", 0)
    with pytest.raises(UserError, match="locked"):
        append(document, "main", "film")


def test_locked_tracks_stay_where_they_are() -> None:
    document = project(track("V1", clip("a", 10)), track("V2", clip("x", 10), locked=True), track("A1"))
    after = checked(insert(document, "main", "film", 5 * FRAME, media=PART))
    assert row(after, "V2") == "x:0+10"


def test_insert_refuses_to_pull_a_locked_part_out_of_step() -> None:
    document = project(
        track("V1", clip("a", 10, link="l")), track("A1"), track("A2", clip("s", 10, link="l"), locked=True)
    )
    with pytest.raises(UserError, match="A2 is locked and would fall out of step"):
        insert(document, "main", "film", 5 * FRAME, media=PART)
    assert row(checked(insert(document, "main", "film", 10 * FRAME, media=PART)), "V1") == "a:0+10 n:100+5"


@pytest.mark.parametrize("at", [1, FRAME - 1, -FRAME])
def test_times_off_the_grid_are_bugs(at: int) -> None:
    for edit in (insert, overwrite):
        with pytest.raises(ValueError, match="on no frame"):
            edit(pair(), "main", "film", at)


@pytest.mark.parametrize(
    "media", [MediaRange(-FRAME, FRAME), MediaRange(0, 241 * FRAME), MediaRange(5, 5), MediaRange(9 * FRAME, 2 * FRAME)]
)
def test_ranges_outside_the_media_are_refused(media: MediaRange) -> None:
    with pytest.raises(UserError, match="the part asked for is not in it"):
        append(pair(), "main", "film", media=media)


def test_a_track_of_the_wrong_kind_is_a_bug_and_a_missing_one_is_not() -> None:
    with pytest.raises(ValueError, match="no video track"):
        append(pair(), "main", "film", video_track="A1")
    with pytest.raises(UserError, match="not in this sequence"):
        insert(pair(), "main", "film", 0, video_track="gone")


def test_media_without_length_or_streams() -> None:
    endless = replace(music(), info=replace(music().info, duration=None, audio=()))
    with pytest.raises(UserError, match="its length is not known"):
        whole(endless)
    nothing = replace(music(), info=MediaInfo("video", "mp4", 240 * FRAME))
    with pytest.raises(UserError, match="neither picture nor sound"):
        append(project(assets=(nothing,)), "main", "music")


def test_the_first_edits_change_nothing_of_the_old_snapshot() -> None:
    document = pair()
    insert(document, "main", "film", 9 * FRAME, media=PART)
    assert document == pair()
    assert whole(still()).end == 5 * time.SECOND
