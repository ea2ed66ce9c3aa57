"""Subtitle files in and out: SubRip, WebVTT and ASS by what they hold, in the encodings that people have.

The parsers are our own. Those of libraries drop what they do not understand without a word (a year
that ends a text, a time of a hundred hours, notes, speakers), and nothing may be dropped silently.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import write_atomically
from app.core.interchange.loss_report import LossReport
from app.core.interchange.subtitle_ass import ass_cues
from app.core.interchange.subtitle_blocks import ARROW, srt_cues, vtt_cues
from app.core.interchange.subtitle_losses import Tally
from app.core.interchange.subtitles import srt_text, vtt_text
from app.core.model.transcript import Cue

LARGEST_FILE = 20 * 1024 * 1024
MOST_CUES = 100_000
WRITABLE = (".srt", ".vtt")
READABLE = (*WRITABLE, ".ass", ".ssa")
"""Endings, for file dialogs: what is read is told by what a file holds."""

ENCODINGS = (
    "utf-8", "utf-16", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "cp874", "koi8-r", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
)  # fmt: skip
"""What a person may say that a file is written in."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_LINE_END = re.compile("\r\n|\r")
_ASS_SECTION = re.compile(r"^[ \t]{0,9}\[(?:Script Info|V4\+? Styles|Events)\]", re.IGNORECASE | re.MULTILINE)


def read(path: Path, encoding: str | None = None) -> tuple[tuple[Cue, ...], LossReport]:
    """The cues of a subtitle file in order of time, exact to the millisecond, and what of it is left out.

    ``encoding`` is one of :data:`ENCODINGS`; where None it is found out. For any thread; a file of
    ten thousand cues takes a fraction of a second.

    Raises:
        UserError: no such regular file, too large, no text, or no subtitles in it.
    """
    report = LossReport()
    text = _LINE_END.sub("\n", _decoded(path, _read(path), encoding, report))
    tally = Tally()
    if text.lstrip().startswith("WEBVTT"):
        cues = vtt_cues(text.lstrip("\n "), tally)
    elif _ASS_SECTION.search(text):
        cues = ass_cues(text, tally)
    else:
        cues = srt_cues(text, tally)
    for loss in tally.report():
        report.add(loss.what, loss.where)
    if not cues:
        raise UserError(str(path), "it holds no subtitles that can be read", "choose an SRT, VTT or ASS file")
    if len(cues) > MOST_CUES:
        raise UserError(str(path), f"it holds more than {MOST_CUES} subtitles", "choose another file")
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end))), report


def write(cues: Sequence[Cue], path: Path) -> LossReport:
    """Write ``cues`` to ``path``, an SRT or VTT file by its ending: the old file or the new one, whole.

    Returns what a reader of the file will not see.

    Raises:
        UserError: the name has another ending, or the place cannot be written.
    """
    require_writable(path)
    text = srt_text(cues) if path.suffix.lower() == ".srt" else vtt_text(cues)
    write_atomically(path, text.encode("utf-8", "replace"))
    return losses(cues, path)


def require_writable(path: Path) -> None:
    """Raises UserError where the ending of ``path`` names no kind of file that :func:`write` knows."""
    if path.suffix.lower() not in WRITABLE:
        raise UserError(str(path), f"subtitles are written as {' or '.join(WRITABLE)}", "choose such a name")


def losses(cues: Sequence[Cue], path: Path) -> LossReport:
    """What the file ``path`` will not hold of ``cues``."""
    report, tally = LossReport(), Tally()
    for cue in cues:
        if not cue.text.strip():
            tally.count("it has no text and is left out")
        elif cue.speaker and path.suffix.lower() == ".srt":
            tally.count("SRT has no place for who speaks")
    for loss in tally.report():
        report.add(loss.what, loss.where)
    return report


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UserError(str(path), "it is no regular file", "choose a subtitle file")
        if found.st_size > LARGEST_FILE:
            raise UserError(str(path), f"it is larger than {LARGEST_FILE // 2**20} MB", "choose a subtitle file")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE)
    except OSError as error:
        raise UserError(str(path), error.strerror or "it cannot be read", "choose another file") from error
    if not data.strip():
        raise UserError(str(path), "it is empty", "choose another file")
    return data


def _decoded(path: Path, data: bytes, encoding: str | None, report: LossReport) -> str:
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", None))
    body = data[len(mark) :]
    chosen = marked or encoding or _guessed(body)
    if chosen is None:
        report.add("it is no UTF-8: read as Western European (cp1252), some letters may be others", "the file")
        chosen = "cp1252"
    text = body.decode(chosen, "replace")
    if "\0" in text:
        raise UserError(str(path), "it is no text", "choose an SRT, VTT or ASS file")
    if "\ufffd" in text and "\ufffd".encode("utf-8") not in body:
        report.add(f"some of it is no {chosen}: shown as \ufffd", "the file")
    return text


def _guessed(body: bytes) -> str | None:
    """The encoding of text without a mark; None where it is some old one of eight bits."""
    for wide in ("utf-16-le", "utf-16-be"):
        if body.find(ARROW.encode(wide)) % 2 == 0:
            return wide
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
