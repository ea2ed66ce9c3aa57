"""Other media in the place of a clip."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.base.errors import UserError
from app.core.edit.replace_media import replace_media
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from tests.helpers.document import FRAME, clip, clips, film, music, project, row, silent_film, still, track


def two() -> Project:
    return project(
        track("V1", clip("a", 10, link="1"), replace(clip("b", 10, source=20, link="2"), gain_db=-3.0, group_id="g")),
        track("A1", clip("s", 10, link="1"), clip("t", 10, source=20, link="2")),
        assets=(film(), film("other"), silent_film(), music(), still()),
    )


def checked(document: Project) -> Project:
    assert lint(document) == []
    assert out_of_step(document.sequences[0]) == []
    return document


def test_picture_and_sound_are_replaced_in_place() -> None:
    after = checked(replace_media(two(), "main", "b", "other", source_start=5 * FRAME))
    assert (row(after, "V1"), row(after, "A1")) == ("a:0+10 other:5+10", "s:0+10 other:5+10")
    (_, now), (_, was) = clips(after, "V1"), clips(two(), "V1")
    assert now == replace(was, asset_id="other", source_start=5 * FRAME, name="other")
    assert clips(after, "A1")[1].link_id == now.link_id


def test_linked_sound_keeps_its_distance() -> None:
    document = project(
        track("V1", clip("v", 5), clip("a", 10, source=10, link="1")),
        track("A1", clip("s", 15, source=5, link="1")),
        assets=(film(), film("other")),
    )
    after = checked(replace_media(document, "main", "a", "other", source_start=30 * FRAME))
    assert (row(after, "V1"), row(after, "A1")) == ("v:0+5 other:30+10", "other:25+15")
    with pytest.raises(UserError, match="too short for clip s"):
        replace_media(document, "main", "a", "other")


def test_sound_that_the_new_media_lack_stays_and_is_no_longer_linked() -> None:
    after = checked(replace_media(two(), "main", "a", "silent"))
    assert (row(after, "V1"), row(after, "A1")) == ("silent:0+10 b:20+10", "s:0+10 t:20+10")
    assert (clips(after, "V1")[0].link_id, clips(after, "A1")[0].link_id) == (None, None)
    alone = replace_media(two(), "main", "a", "other", linked=False)
    assert (row(alone, "V1"), row(alone, "A1")) == ("other:0+10 b:20+10", "s:0+10 t:20+10")
    assert clips(alone, "V1")[0].link_id is None


def test_refusals() -> None:
    with pytest.raises(UserError, match=r"other.mp4: it is too short for clip a; trim the clip first"):
        replace_media(two(), "main", "a", "other", source_start=235 * FRAME)
    with pytest.raises(UserError, match=r"music.wav: it has no picture"):
        replace_media(two(), "main", "a", "music")
    with pytest.raises(UserError, match="not on the timeline"):
        replace_media(two(), "main", "gone", "other")
