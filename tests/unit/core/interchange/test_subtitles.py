"""Subtitle files: another program's reader finds the same texts at the same milliseconds."""

from __future__ import annotations

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.base.time import SECOND
from app.core.interchange.subtitles import srt_text, vtt_text
from app.core.model.transcript import Cue

MILLISECOND = SECOND // 1000
LINES = st.text(st.sampled_from("abcXYZ éß日.,!?'"), min_size=1, max_size=30).filter(lambda text: text.strip())
CUES = st.lists(
    st.tuples(st.integers(1, 100_000), st.integers(1, 9_000), st.lists(LINES, min_size=1, max_size=2)), max_size=12
)


def row(steps: list[tuple[int, int, list[str]]]) -> list[Cue]:
    cues: list[Cue] = []
    now = 0
    for wait, length, lines in steps:
        start = now + wait
        now = start + length
        text = "\n".join(" ".join(line.split()) for line in lines)
        cues.append(Cue(start * MILLISECOND, now * MILLISECOND, text))
    return cues


@settings(max_examples=200)
@given(CUES)
@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_another_reader_finds_the_same(kind: str, steps: list[tuple[int, int, list[str]]]) -> None:
    cues = row(steps)
    text = srt_text(cues) if kind == "srt" else vtt_text(cues)
    read = pysubs2.SSAFile.from_string(text, format_=kind)
    found = [(each.start * MILLISECOND, each.end * MILLISECOND, each.plaintext) for each in read]
    assert found == [(cue.start, cue.end, cue.text) for cue in cues]


def test_srt_as_it_is_written() -> None:
    cues = [Cue(SECOND, 2 * SECOND, "One {\\an8}\n<b>"), Cue(3723 * SECOND + 4 * MILLISECOND, 3724 * SECOND, "Two")]
    assert srt_text(cues) == (
        "1\n00:00:01,000 --> 00:00:02,000\nOne {\\an8}\n<b>\n\n2\n01:02:03,004 --> 01:02:04,000\nTwo\n"
    )
    assert srt_text([]) == ""


def test_vtt_as_it_is_written() -> None:
    cues = [Cue(SECOND, 2 * SECOND, "a < b & c --> d", "A"), Cue(2 * SECOND, 3 * SECOND, "Two", " ")]
    assert vtt_text(cues) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v A>a &lt; b &amp; c --&gt; d\n\n"
        "00:00:02.000 --> 00:00:03.000\nTwo\n"
    )
    assert vtt_text([]) == "WEBVTT\n"


def test_blank_lines_and_empty_cues_cannot_break_a_file() -> None:
    cues = [Cue(0, SECOND, "One\n\n \nmore"), Cue(SECOND, 2 * SECOND, " \n"), Cue(2 * SECOND, 3 * SECOND, "Two\r\n")]
    assert srt_text(cues).split("\n\n") == [
        "1\n00:00:00,000 --> 00:00:01,000\nOne\nmore",
        "2\n00:00:02,000 --> 00:00:03,000\nTwo\n",
    ]


def test_times_between_milliseconds_go_to_the_nearest() -> None:
    assert "00:00:00,001 --> 00:00:00,002" in srt_text([Cue(MILLISECOND * 3 // 2 - 1, MILLISECOND * 3 // 2, "x")])
