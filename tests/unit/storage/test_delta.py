"""A change is as large as the edit, and makes the one document of the other exactly."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.core.base.time import frame_duration
from app.core.edit.cut import split_all
from app.core.model.encoding import Malformed, encode
from app.core.model.project import Project
from app.storage.delta import delta, patch
from tests.helpers.document import FILM, clip, gap, project, track
from tests.unit.storage.documents import projects

FRAME = frame_duration(FILM)


def applied(before: Project, after: Project) -> Any:
    change = json.loads(json.dumps(delta(before, after)))
    return patch(json.loads(json.dumps(encode(before))), change)


@given(before=projects(), after=projects())
def test_any_document_becomes_any_other(before: Project, after: Project) -> None:
    assert applied(before, after) == json.loads(json.dumps(encode(after)))


def test_a_split_in_a_long_row_is_a_short_line() -> None:
    before = project(track("V1", *(clip(f"{number}", 10) for number in range(2000))))
    after = split_all(before, before.sequences[0].id, 1005 * FRAME)
    change = json.dumps(delta(before, after))
    assert len(change) < 1000
    assert applied(before, after) == json.loads(json.dumps(encode(after)))


def test_one_field_of_one_clip_says_only_that() -> None:
    row = (clip("a", 10), gap(5), clip("b", 10))
    before = project(track("V1", *row))
    after = project(track("V1", *row[:2], replace(row[2], gain_db=-6.0)))
    assert applied(before, after) == json.loads(json.dumps(encode(after)))
    louder = replace(before, sequences=tuple(after.sequences))
    assert "gain_db" in json.dumps(delta(before, louder))


def test_nothing_changes_nothing() -> None:
    before = project(track("V1", clip("a", 10)))
    assert delta(before, before) == {"in": {}}


@pytest.mark.parametrize(
    "change",
    [
        {"row": [5, 1, []]},
        {"row": [-1, 1, []]},
        {"row": [0, 0, "text"]},
        {"row": 5},
        {"at": {"9": {"be": 1}}},
        {"at": {"x": {"be": 1}}},
        {"in": {"name": {"be": 1}}},
        {"out": {}},
        {"be": 1, "in": {}},
        {},
        [],
        None,
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: Any) -> None:
    with pytest.raises(Malformed):
        patch([1, 2], change)
