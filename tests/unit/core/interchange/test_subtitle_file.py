"""Reading subtitle files as people have them: every text at its millisecond, and every loss named."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.interchange import subtitle_file
from app.core.interchange.loss_report import LossReport
from app.core.interchange.subtitle_file import read, write
from app.core.model.transcript import Cue

MS = SECOND // 1000
TWO = "1\n00:00:01,000 --> 00:00:02,500\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n"
BOTH = [(1000, 2500, "One"), (3000, 4000, "Two\nlines")]


def read_text(tmp_path: Path, text: str | bytes, name: str = "a.srt") -> tuple[list[tuple[int, int, str]], list[str]]:
    """The cues of a file in milliseconds, and its losses in words."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    cues, report = read(path)
    return [(cue.start // MS, cue.end // MS, cue.text) for cue in cues], report.lines()


def srt(*texts: str) -> str:
    """One cue a second for each text."""
    return "\n".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{text}\n" for n, text in enumerate(texts, 1))


def shown(tmp_path: Path, text: str, name: str = "a.srt") -> list[str]:
    return [each for _, _, each in read_text(tmp_path, text, name)[0]]


# SubRip.


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        TWO.replace("\n", "\r\n"),
        TWO.replace("\n", "\r"),
        "\n\n" + TWO + "\n\n\n",
        TWO.replace(",", "."),
        TWO.replace("1\n00", "00").replace("2\n00", "00"),
        TWO.replace("\n\n2\n", "\n2\n"),
        TWO.replace("One\n\n2\n", "One\n\n\n 2 \n"),
        TWO.replace(" --> ", "-->"),
        TWO.replace("00:00:0", "0:0:"),
        TWO.replace("One", "  One  ").replace("Two\n", "Two\n\n"),
        TWO.replace("2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n", "") + "7\n00:00:03,0 --> 00:00:04\nTwo\nlines",
        "2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n\n1\n00:00:01,000 --> 00:00:02,500\nOne",
    ],
)
def test_srt_in_all_its_shapes(tmp_path: Path, text: str) -> None:
    assert read_text(tmp_path, text) == (BOTH, [])


def test_srt_numbers_that_are_text_stay(tmp_path: Path) -> None:
    assert shown(tmp_path, srt("It was\n1984", "42", "In\n1985")) == ["It was\n1984", "42", "In\n1985"]
    unnumbered = "00:00:01,000 --> 00:00:02,000\nIt was\n1984\n00:00:03,000 --> 00:00:04,000\nx"
    assert shown(tmp_path, unnumbered) == ["It was\n1984", "x"]


def test_srt_arrows_that_are_text_stay(tmp_path: Path) -> None:
    assert shown(tmp_path, srt("this --> that", "a\n--> b")) == ["this --> that", "a\n--> b"]


def test_srt_long_and_fine_times(tmp_path: Path) -> None:
    found, losses = read_text(tmp_path, "1\n100:00:00,001 --> 100:00:01,0004\nx\n")
    assert found == [(360_000_001, 360_001_000, "x")]
    assert losses == []


def test_srt_formatting_is_told(tmp_path: Path) -> None:
    text = srt("<i>One</i>", '{\\an8}<font color="#fff">Two</font>', "3 < 4 > <laughs> {x}", "a<br>b", "plain")
    found, losses = read_text(tmp_path, text)
    assert [each for _, _, each in found] == ["One", "Two", "3 < 4 > <laughs> {x}", "a\nb", "plain"]
    assert losses == ["2 subtitles: its formatting, such as <i> or colours, is left out"]


def test_srt_bad_blocks_are_skipped_and_named(tmp_path: Path) -> None:
    text = srt("One") + "\n2\n00:00:0x,000 --> 00:00:05,000\nlost\n\n3\nno times at all\n\n" + srt("Two")[2:]
    found, losses = read_text(tmp_path, text)
    assert [each for _, _, each in found] == ["One", "Two"]
    assert losses == ["line 6: left out, its times cannot be read"]
    found, losses = read_text(tmp_path, srt("One") + "\n3\nno times at all\n")
    assert [each for _, _, each in found] == ["One"]
    assert losses == ["line 5: left out, it has no times"]
    assert read_text(tmp_path, "Subtitles by Ann\n\n" + TWO) == (
        BOTH,
        ["the text before the first subtitle: it is left out"],
    )


def test_srt_times_that_are_none(tmp_path: Path) -> None:
    text = (
        "1\n00:00:05,000 --> 00:00:04,000\nreversed\n\n2\n00:00:05,000 --> 00:00:05,000\nnone\n\n"
        "3\n-00:00:02,000 --> -00:00:01,000\nbefore\n\n4\n-00:00:01,000 --> 00:00:01,000\nfrom before\n\n"
        "5\n99999:00:00,000 --> 99999:00:01,000\nlate\n\n6\n00:00:02,000 --> 00:00:03,000 X1:1 X2:2\n \n"
        "\n7\n00:00:02,000 --> 00:00:03,000 X1:1 X2:2\nplaced\n"
    )
    found, losses = read_text(tmp_path, text)
    assert found == [(0, 1000, "from before"), (2000, 3000, "placed")]
    assert losses == [
        "line 2: left out, it ends before it begins",
        "line 6: left out, it lasts no time",
        "line 10: left out, it lies before the start",
        "line 18: left out, it lies months behind the start",
        "1 subtitle: it began before the start: it begins there",
        "2 subtitles: its place in the picture is left out",
        "1 subtitle: it has no text and is left out",
    ]


def test_a_report_of_many_losses_stays_short(tmp_path: Path) -> None:
    broken = "".join(f"{n}\n00:00:05,000 --> 00:00:04,000\nx\n\n" for n in range(50))
    losses = read_text(tmp_path, broken + TWO)[1]
    assert len(losses) == 21
    assert losses[-1] == "30 more places: left out as well"


# WebVTT.


VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE a note
of two lines

first
00:01.000 --> 00:02.500 align:start position:10%
<v Ann Lee>Fish &amp; <i>chips</i> &lt;3</v>

NOTE

2
01:00:03.000 --> 01:00:04.000
<c.yellow>Two</c>&nbsp;<00:00:03.500>words

01:00:05.000 --> 01:00:06.000
<v.loud Ann>Hi
<v Bob>Ho
"""


def test_vtt_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(VTT, encoding="utf-8")
    cues, report = read(path)
    assert cues == (
        Cue(SECOND, 2500 * MS, "Fish & chips <3", "Ann Lee"),
        Cue(3603 * SECOND, 3604 * SECOND, "Two words"),
        Cue(3605 * SECOND, 3606 * SECOND, "Hi\nHo"),
    )
    assert report.lines() == [
        "1 subtitle: its place in the picture is left out",
        "2 subtitles: its formatting, such as <i> or colours, is left out",
        "1 subtitle: several people speak: their names are left out",
        "styles: they are left out",
        "notes: they are left out",
    ]


def test_vtt_names_and_numbers(tmp_path: Path) -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nIt was\n1984\n\nsecond one\n00:03.000 --> 00:04.000\nx\n"
    assert shown(tmp_path, text, "a.vtt") == ["It was\n1984", "x"]
    stray = "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\nlost\ntext\n\n00:03.000 --> 00:04.000\ny\n"
    found, losses = read_text(tmp_path, stray, "a.vtt")
    assert [each for _, _, each in found] == ["x", "y"]
    assert losses == ["line 6: left out, it has no times"]


def test_vtt_of_a_stream_says_that_its_map_is_not_followed(tmp_path: Path) -> None:
    text = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\nx\n"
    found, losses = read_text(tmp_path, text, "a.srt")
    assert found == [(1000, 2000, "x")]
    assert losses == ["its map of times: it is not followed: all times stay as they are written"]


# ASS and SSA.


ASS = """[Script Info]
Title: x

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,unseen
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\i1}Two{\\i0}\\Nlines, and a comma
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,One\\hword
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1
Dialogue: 0,soon,0:00:06.00,Default,,0,0,0,,x
"""


def test_ass(tmp_path: Path) -> None:
    path = tmp_path / "a.ass"
    path.write_text(ASS, encoding="utf-8-sig")
    cues, report = read(path)
    assert cues == (
        Cue(SECOND, 2500 * MS, "One word", "Ann"),
        Cue(3 * SECOND, 4 * SECOND, "Two\nlines, and a comma"),
    )
    assert report.lines() == [
        "line 13: left out, it is a drawing",
        "line 14: left out, its times cannot be read",
        "1 subtitle: its formatting, such as <i> or colours, is left out",
        "styles: they are left out",
        "comments: they are left out",
    ]


def test_ssa_with_its_own_order_of_fields(tmp_path: Path) -> None:
    text = "[Script Info]\n[Events]\nFormat: Marked, End, Start, Text\nDialogue: Marked=0,0:00:02.00,0:00:01.00,a, b\n"
    assert read_text(tmp_path, text, "a.ssa") == ([(1000, 2000, "a, b")], [])


# Files.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_that_can_be_told(tmp_path: Path, encoding: str) -> None:
    text = TWO.replace("One", "Größe 日本")
    assert read_text(tmp_path, text.encode(encoding)) == ([(1000, 2500, "Größe 日本"), BOTH[1]], [])


def test_old_encodings_are_guessed_and_told(tmp_path: Path) -> None:
    found, losses = read_text(tmp_path, TWO.replace("One", "Größe – “x”").encode("cp1252"))
    assert found[0][2] == "Größe – “x”"
    assert len(losses) == 1
    assert "read as Western European" in losses[0]


def test_an_encoding_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(TWO.replace("One", "Привет").encode("cp1251"))
    cues, report = read(path, "cp1251")
    assert (cues[0].text, report.lines()) == ("Привет", [])
    path.write_bytes(TWO.replace("One", "Größe").encode("cp1252"))
    cues, report = read(path, "utf-8")
    assert cues[0].text == "Gr\ufffd\ufffde"
    assert report.lines() == ["the file: some of it is no utf-8: shown as \ufffd"]
    for name in subtitle_file.ENCODINGS:
        path.write_bytes(TWO.encode(name))
        assert read(path, name)[0][0].text == "One"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b" \r\n\n", "it is empty"),
        (b"\x00\x01\x02" * 100, "it is no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is no text"),
        (b"hello", "it holds no subtitles"),
        (b"WEBVTT\n", "it holds no subtitles"),
        (b"1\n00:00:02,000 --> 00:00:01,000\nx\n", "it holds no subtitles"),
        (b"[Script Info]\n[Events]\n", "it holds no subtitles"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "bad.srt"
    path.write_bytes(data)
    with pytest.raises(UserError, match=why) as caught:
        read(path)
    assert caught.value.what == str(path)


def test_files_that_are_none_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="No such file"):
        read(tmp_path / "gone.srt")
    with pytest.raises(UserError, match="no regular file"):
        read(tmp_path)
    path = tmp_path / "a.srt"
    path.write_text(TWO, encoding="utf-8")
    monkeypatch.setattr(subtitle_file, "MOST_CUES", 1)
    with pytest.raises(UserError, match="more than 1 subtitles"):
        read(path)
    monkeypatch.setattr(subtitle_file, "LARGEST_FILE", 10)
    with pytest.raises(UserError, match="larger than"):
        read(path)


@pytest.mark.parametrize("piece", ["\n", " ", "<", "< ", "<v ", "<br ", "{\\p1", "&#", "-->", "1\n", "-->\n", "[ "])
@pytest.mark.parametrize("head", [TWO, "WEBVTT\n\n" + TWO, ASS])
def test_hostile_files_cost_one_pass(tmp_path: Path, head: str, piece: str) -> None:
    """Where a pattern looked at everything again and again, this would not end before its test is stopped."""
    text = head + "x<v" + piece * (2_000_000 // len(piece))
    assert len(read_text(tmp_path, text)[0]) >= 1


PIECES = [
    "00:00:01,000",
    "-00:00:02,5",
    " --> ",
    "\n",
    "\n\n",
    "1",
    "<",
    ">",
    "{\\",
    "}",
    "<v A>",
    "&amp;",
    "NOTE",
    "x",
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE, st.sampled_from(["", "WEBVTT\n\n", "[Events]\nDialogue: "]))
def test_whatever_is_read_can_stand_on_a_timeline(tmp_path: Path, text: str, head: str) -> None:
    path = tmp_path / "any.srt"
    path.write_bytes((head + text).encode("utf-8", "replace"))
    try:
        cues, _ = read(path)
    except UserError:
        return
    assert all(0 <= cue.start < cue.end and cue.text.strip() for cue in cues)
    assert list(cues) == sorted(cues, key=lambda cue: (cue.start, cue.end))


# Round trips.


LINES = st.text(st.sampled_from("abcXYZ éß日12.,!?'&;-"), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 360_000_000),
        st.integers(1, 9_000),
        st.lists(LINES.filter(bool), min_size=1, max_size=3),
        st.sampled_from([None, "Ann", "Bob & Eve"]),
    ),
    min_size=1,
    max_size=12,
)


def cues_of(rows: Sequence[tuple[int, int, list[str], str | None]]) -> tuple[Cue, ...]:
    made = [Cue(start * MS, (start + lasts) * MS, "\n".join(lines), name) for start, lasts, lines, name in rows]
    return tuple(sorted(made, key=lambda cue: (cue.start, cue.end)))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_vtt_comes_back_as_it_went(tmp_path: Path, rows: list[tuple[int, int, list[str], str | None]]) -> None:
    cues = cues_of(rows)
    assert write(cues, tmp_path / "a.vtt").lines() == []
    assert read(tmp_path / "a.vtt") == (cues, LossReport())


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_srt_comes_back_without_speakers(tmp_path: Path, rows: list[tuple[int, int, list[str], str | None]]) -> None:
    cues = cues_of(rows)
    named = sum(cue.speaker is not None for cue in cues)
    assert len(write(cues, tmp_path / "a.srt")) == bool(named)
    bare = tuple(Cue(cue.start, cue.end, cue.text) for cue in cues)
    assert read(tmp_path / "a.srt") == (bare, LossReport())


def test_writing_names_what_is_lost_and_refuses_other_names(tmp_path: Path) -> None:
    cues = [Cue(0, SECOND, "x", "Ann"), Cue(SECOND, 2 * SECOND, " "), Cue(SECOND, 2 * SECOND, "y\ud800")]
    assert write(cues, tmp_path / "a.SRT").lines() == [
        "1 subtitle: SRT has no place for who speaks",
        "1 subtitle: it has no text and is left out",
    ]
    assert [cue.text for cue in read(tmp_path / "a.SRT")[0]] == ["x", "y?"]
    with pytest.raises(UserError, match=r"written as \.srt or \.vtt"):
        write(cues, tmp_path / "a.txt")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize(("ours", "theirs"), [("srt", "vtt"), ("vtt", "srt"), ("srt", "ass"), ("vtt", "ass")])
def test_ffmpeg_finds_the_same_in_our_files_and_we_in_its(tmp_path: Path, ours: str, theirs: str) -> None:
    cues = tuple(
        Cue(start * 10 * MS, (start + 130) * 10 * MS, text)
        for start, text in ((1, "One"), (200, "Größe &\n“two”"), (3000, "It was\n1984"), (400_000, "日本 42"))
    )
    write(cues, tmp_path / f"a.{ours}")
    command = ["ffmpeg", "-v", "error", "-i", f"a.{ours}", f"b.{theirs}"]
    subprocess.run(command, cwd=tmp_path, check=True, stdin=subprocess.DEVNULL, timeout=60)
    assert read(tmp_path / f"b.{theirs}")[0] == cues
