"""OTIO files that mean harm, or are just broken: one clear line each, no crash, no endless work."""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from app.core.base.errors import UserError
from app.core.interchange import otio_check
from app.core.interchange.otio import read
from app.core.model.asset import Asset
from app.core.model.lint import lint
from tests.helpers.document import film
from tests.helpers.soak import say_claim, soak_count


def ingest(path: Path) -> Asset:
    return replace(film(), path=str(path))


def plain(folder: Path) -> dict[str, Any]:
    """A timeline with a clip, a gap, a transition and a nested stack, as JSON values."""
    (folder / "film.mp4").touch()
    cut = otio.opentime.TimeRange(otio.opentime.RationalTime(5, 24), otio.opentime.RationalTime(10, 24))
    moment = otio.opentime.RationalTime(2, 24)
    timeline = otio.schema.Timeline("cut", global_start_time=otio.opentime.RationalTime(0, 24))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    reference = otio.schema.ExternalReference("film.mp4", cut)
    first = otio.schema.Clip("a", reference, cut, metadata={"insomnia": {"id": "a", "gain_db": 1.0}})
    first.markers.append(otio.schema.Marker("m", cut))
    first.effects.append(otio.schema.LinearTimeWarp("slow", time_scalar=0.5))
    stack = otio.schema.Stack("nest")
    stack.append(otio.schema.Track("inner", [otio.schema.Clip("b", reference, cut)]))
    track.extend(
        [first, otio.schema.Transition("t", "SMPTE_Dissolve", moment, moment), otio.schema.Gap(source_range=cut), stack]
    )
    timeline.tracks.append(track)
    parsed = json.loads(otio.adapters.write_to_string(timeline))
    assert isinstance(parsed, dict)
    return parsed


def refused(folder: Path, data: bytes) -> UserError:
    path = folder / "bad.otio"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read(path, None, ingest)
    assert caught.value.what == str(path)
    assert len(str(caught.value)) < 700
    return caught.value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "line 1 is not valid JSON"),
        (b"\0" * 5000, "not valid JSON"),
        (b"\xff\xfe{}", "no UTF-8 text"),
        (b"[1, 2]", "it holds no timeline"),
        (b"{}", "it holds no timeline"),
        (b'{"OTIO_SCHEMA": "Clip.2", "name": "x"}', "OpenTimelineIO does not understand it"),
        (b'{"OTIO_SCHEMA": "Timeline.99"}', "OpenTimelineIO does not understand it"),
        (b'{"OTIO_SCHEMA": "Timeline.1"}', "OpenTimelineIO does not understand it"),
        (b'{"a": NaN}', "it has the number NaN"),
        (b'{"a": -Infinity}', "it has the number -Infinity"),
        (b'{"a": 1e999}', "it has the number 1e999"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "a number that is too large"),
        (b'{"a": "\\ud800"', "not valid JSON"),
        (b"this is no JSON", "line 1 is not valid JSON"),
    ],
)
def test_no_timeline(tmp_path: Path, data: bytes, why: str) -> None:
    assert why in refused(tmp_path, data).why


@pytest.mark.parametrize("bracket", ["[", '{"children": [', '{"a":'])
@pytest.mark.parametrize("levels", [201, 100_000])
def test_deep_nesting_never_reaches_a_parser(tmp_path: Path, bracket: str, levels: int) -> None:
    assert "nested more than 200 levels" in refused(tmp_path, bracket.encode() * levels).why


def test_brackets_in_strings_do_not_count(tmp_path: Path) -> None:
    document = plain(tmp_path)
    document["name"] = '[{"\\' * 500
    path = tmp_path / "fine.otio"
    path.write_text(json.dumps(document))
    assert read(path, None, ingest)[0].sequences[0].duration > 0


def test_unclosed_strings_cost_one_pass(tmp_path: Path) -> None:
    assert "not valid JSON" in refused(tmp_path, b'{"a": "' + b'\\"' * 2_000_000).why


def test_files_that_are_too_large_or_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otio_check, "LARGEST_FILE", 1000)
    assert "larger than" in refused(tmp_path, b" " * 1001).why
    os.mkfifo(tmp_path / "fifo.otio")
    for path, why in (
        (tmp_path, "no regular file"),
        (tmp_path / "fifo.otio", "no regular file"),
        (tmp_path / "gone.otio", "No such file"),
    ):
        with pytest.raises(UserError, match=why):
            read(path, None, ingest)


def test_more_than_any_timeline_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otio_check, "MOST_CHILDREN", 50)
    document = plain(tmp_path)
    track = document["tracks"]["children"][0]
    track["children"] = [track["children"][0]] * 60
    assert "more than any timeline does" in refused(tmp_path, json.dumps(document).encode()).why
    monkeypatch.setattr(otio_check, "MOST_TOKENS", 900)
    document["metadata"] = {"a": list(range(1000))}
    track["children"] = []
    assert "more than any timeline does" in refused(tmp_path, json.dumps(document).encode()).why


def clip_of(document: dict[str, Any]) -> dict[str, Any]:
    found = document["tracks"]["children"][0]["children"][0]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("value", "rate", "why"),
    [
        (5, 0, "it has the rate 0"),
        (5, -24, "it has the rate -24"),
        (5, 1e308, "it has the rate 1e+308"),
        (1e308, 24, "it has a time of 1e+308"),
        (10**40, 24, "it has a time of 1000000"),
        (5, 1e-300, "it has a time of 5"),
        ("5", 24, "a time without value or rate"),
        (None, 24, "a time without value or rate"),
        (5, True, "a time without value or rate"),
        (-10, 24, "it has a duration of -10"),
    ],
)
def test_times_that_no_timeline_has(tmp_path: Path, value: object, rate: object, why: str) -> None:
    document = plain(tmp_path)
    clip_of(document)["source_range"]["duration"].update(value=value, rate=rate)
    assert why in refused(tmp_path, json.dumps(document).encode()).why


def test_parts_that_refer_to_each_other(tmp_path: Path) -> None:
    document = plain(tmp_path)
    track = document["tracks"]["children"][0]
    track["OTIO_REF_ID"] = "Track-1"
    track["children"].append({"OTIO_SCHEMA": "SerializableObjectRef.1", "id": "Track-1"})
    assert "refer to each other" in refused(tmp_path, json.dumps(document).encode()).why


def test_tiny_numbers_and_sizes_at_the_limits_are_read(tmp_path: Path) -> None:
    document = plain(tmp_path)
    clip_of(document)["source_range"]["start_time"]["value"] = 5e-324
    document["metadata"]["big"] = [2**64 - 1, -(2**63), 10**40, 1e308]
    path = tmp_path / "fine.otio"
    path.write_text(json.dumps(document))
    project, _ = read(path, None, ingest)
    assert lint(project) == []


def test_media_references_that_mean_harm(tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:1/x.mp4", "file://host/x.mp4"):
        document = plain(tmp_path)
        clip_of(document)["media_references"]["DEFAULT_MEDIA"]["target_url"] = url
        assert "network" in refused(tmp_path, json.dumps(document).encode()).why
    for url in ("/dev/zero", "pipe:0", "data:,x", "\\\\h\\x", "../" * 50 + "dev/zero", "x\0y", "concat:/etc/passwd"):
        document = plain(tmp_path)
        clip_of(document)["media_references"]["DEFAULT_MEDIA"]["target_url"] = url
        assert "missing" in refused(tmp_path, json.dumps(document).encode()).why


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    5,
    1.5,
    1e308,
    -1e308,
    2**70,
    "",
    "x",
    "\ud800",
    "Clip.2",
    [],
    [None],
    {},
    {"a": 1},
    [[[]]],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*path, key)
        yield from places(each, (*path, key))


def changed(document: dict[str, Any], path: tuple[Any, ...], chooser: random.Random) -> None:
    holder: Any = document
    try:
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]]
    except (KeyError, IndexError, TypeError):  # an earlier change took it away
        return
    if isinstance(holder, str):
        return
    if chooser.random() < 0.15:
        del holder[path[-1]]
    else:
        holder[path[-1]] = copy.deepcopy(chooser.choice(ODD))


@pytest.mark.soak
def test_mutated_timelines_are_read_or_refused(tmp_path: Path) -> None:
    document = plain(tmp_path)
    ways = list(places(document))
    chooser = random.Random(7)
    target = tmp_path / "mutated.otio"
    understood = 0
    for _ in range(soak_count(20_000)):
        mutated = copy.deepcopy(document)
        for way in chooser.sample(ways, chooser.choice([1, 1, 2, 3])):
            changed(mutated, way, chooser)
        target.write_text(json.dumps(mutated))
        try:
            project, _ = read(target, None, ingest)
        except UserError:
            continue
        understood += 1
        assert lint(project) == []
    assert understood > soak_count(20_000) // 20
    say_claim("a changed OTIO timeline is read to a sound project, or refused in one line", soak_count(20_000))


def test_truncated_files_are_refused(tmp_path: Path) -> None:
    whole = json.dumps(plain(tmp_path)).encode()
    for end in range(0, len(whole), 97):
        refused(tmp_path, whole[:end])
