"""Cues as subtitle files: SubRip (SRT) and WebVTT (https://www.w3.org/TR/webvtt1/), exact to the millisecond."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.base.time import SECOND, Flicks
from app.core.model.transcript import Cue

_MILLISECOND = SECOND // 1000


def srt_text(cues: Sequence[Cue]) -> str:
    """The cues as a SubRip file, numbered from 1."""
    blocks = [
        f"{number}\n{_span(cue, _srt_time)}\n{_plain(cue.text)}\n" for number, cue in enumerate(_shown(cues), start=1)
    ]
    return "\n".join(blocks)


def vtt_text(cues: Sequence[Cue]) -> str:
    """The cues as a WebVTT file; speakers are voices."""
    return "\n".join(["WEBVTT\n", *(f"{_span(cue, _vtt_time)}\n{_voiced(cue)}\n" for cue in _shown(cues))])


def _shown(cues: Sequence[Cue]) -> list[Cue]:
    """Cues with something to read: an empty block would end the file for many readers."""
    return [cue for cue in cues if _plain(cue.text)]


def _span(cue: Cue, written: Callable[[Flicks], str]) -> str:
    return f"{written(cue.start)} --> {written(cue.end)}"


def _srt_time(time: Flicks) -> str:
    return _vtt_time(time).replace(".", ",")


def _vtt_time(time: Flicks) -> str:
    milliseconds = max(0, (time + _MILLISECOND // 2) // _MILLISECOND)
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def _plain(text: str) -> str:
    """Lines without blank ones between, which would end the cue."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _voiced(cue: Cue) -> str:
    text = _escaped(_plain(cue.text))
    return f"<v {_escaped(' '.join(cue.speaker.split()))}>{text}" if cue.speaker and cue.speaker.strip() else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
