"""The events of an EDL of any origin, checked and made plain. The format: CMX 3600, SMPTE ST 258.

Sizes are bounded before anything is read, every line costs one pass, and what is no cut is told in
the report: so OpenTimelineIO's adapter gets plain cuts, which it reads exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.core.base.errors import UserError, one_line
from app.core.interchange.loss_report import LossReport
from app.core.interchange.otio_check import read_bytes

LARGEST_FILE = 16 * 1024 * 1024
MOST_EVENTS = 100_000
_LONGEST_LINE = 2000
_LONGEST_NAME = 200

_TIMECODE = r"\d{1,2}[:;.]\d{2}[:;.]\d{2}[:;.]\d{2}"
_EVENT = re.compile(
    rf"(\d+)\s+(\S+)\s+(\S+)\s+([A-Z]+\d*)\s+(?:(\d+)\s+)?({_TIMECODE})\s+({_TIMECODE})\s+({_TIMECODE})\s+({_TIMECODE})"
)
_COMMENT = re.compile(r"\*?\s*([A-Z][A-Z ]{0,40}?):\s*(.*)")
_LOCATOR = re.compile(rf"({_TIMECODE})\s+(\w+)(?:\s+(.*))?")
_RATE = re.compile(r"\*?\s*(?:SEQUENCE |TIMELINE )?(?:FRAME ?RATE|FPS)\s*[:=]?\s*(\d+(?:[./]\d+)?)", re.IGNORECASE)
_START = re.compile(rf"\*?\s*SEQUENCE START\s*:\s*({_TIMECODE})")
_CHANNELS = re.compile(r"(?:V\d?|AA|A[1-9]{0,4}|NONE|[/,+])+")
_CHANNEL = re.compile(r"V\d?|AA|A[1-9]{0,4}")
# What says where the media of an event are, best first; the second kind is of the end of a dissolve.
_FROM = ("FROM FILE", "SOURCE FILE", "FROM CLIP", "OTIO REFERENCE FROM", "FROM CLIP NAME")
_TO = ("TO FILE", "TO CLIP", "OTIO REFERENCE TO", "TO CLIP NAME")


@dataclass(frozen=True, slots=True)
class Timecode:
    """A timecode as written; ``drop`` where it counts drop-frame, by its sign or by what the file says."""

    text: str
    drop: bool

    @property
    def frames(self) -> int:
        """Its last number."""
        return int(self.text[-2:])


@dataclass(slots=True)
class Event:
    """One cut of an EDL: what to show, and where. ``names`` say what the media are called, best first."""

    number: str
    reel: str
    channels: tuple[str, ...]
    times: tuple[Timecode, Timecode, Timecode, Timecode]
    second: bool = False
    said: dict[str, str] = field(default_factory=dict)

    @property
    def clip_name(self) -> str:
        """What the person sees."""
        keys = ("TO CLIP NAME", "FROM CLIP NAME") if self.second else ("FROM CLIP NAME",)
        return next((self.said[key] for key in keys if key in self.said), "")

    @property
    def names(self) -> list[str]:
        """What the media may be called, best first."""
        keys = (*_TO, *_FROM) if self.second and any(key in self.said for key in _TO) else _FROM
        named = [self.said[key] for key in keys if self.said.get(key)]
        whole_reel = [self.said[key] for key in ("REEL", "TAPE") if self.said.get(key)]
        return list(dict.fromkeys([*named, *whole_reel, self.reel]))

    @property
    def black(self) -> bool:
        """Whether it shows nothing."""
        return self.reel.upper() in ("BL", "BLACK")

    @property
    def empty(self) -> bool:
        """Whether it lasts no time: the first half of a dissolve."""
        return self.times[2].text == self.times[3].text


@dataclass(frozen=True, slots=True)
class Locator:
    """A marker of an EDL, in record time."""

    at: Timecode
    color: str
    text: str


@dataclass(slots=True)
class Events:
    """All that an EDL says."""

    title: str = ""
    events: list[Event] = field(default_factory=list)
    locators: list[Locator] = field(default_factory=list)
    rate: str | None = None
    start: Timecode | None = None
    drop: bool = False


def events_of(path: Path, report: LossReport) -> Events:
    """What the EDL in ``path`` says; what is no cut goes to ``report``.

    Raises:
        UserError: it cannot be read, is too large, or holds no events.
    """
    reader = _Reader(path, report)
    for line in _lines(path):
        reader.take(line)
    reader.finish()
    return reader.found


def refused(path: Path, why: str) -> UserError:
    """An EDL that cannot be used."""
    return UserError(str(path), why, "write the EDL again, or choose another file")


def _lines(path: Path) -> Iterator[str]:
    data = read_bytes(path, LARGEST_FILE)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise refused(path, "it is no text")
    if "\0" in text:
        raise refused(path, "it is no text")
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if len(line) > _LONGEST_LINE:
            raise refused(path, f"line {number} is longer than any of an EDL")
        if line.strip():
            yield line.strip()


class _Reader:
    def __init__(self, path: Path, report: LossReport) -> None:
        self.found = Events()
        self._path = path
        self._report = report
        self._unknown = 0
        self._comments = 0
        self._last: list[Event] = []

    def take(self, line: str) -> None:
        """Read one line."""
        match = _EVENT.fullmatch(line) if line[0].isdigit() else None
        if match is not None:
            self._event(match)
            return
        upper = line.upper()
        if line[0].isdigit():
            self._unknown += 1
        elif upper.startswith("TITLE:"):
            self.found.title = one_line(line[6:])[:_LONGEST_NAME]
        elif upper.startswith("FCM"):
            self.found.drop = "DROP" in upper and "NON" not in upper
        elif upper.startswith("M2"):
            self._speed(line)
        elif "FREEZE FRAME" in upper:
            self._lost("its freeze frame plays on")
        elif upper.startswith("AUD "):
            self._lost(f"its sound tracks {' '.join(upper.split()[1:])[:20]} are left out")
        elif not upper.startswith("SPLIT"):  # that only says what the times of the next two events say
            self._comment(line)

    def finish(self) -> None:
        """Report what was counted, and refuse what has no events."""
        if not self.found.events:
            raise refused(self._path, "it holds no events of an EDL")
        if self._unknown:
            self._report.add(f"lines that are no events ({self._unknown}) are left out", "the list")
        if self._comments:
            self._report.add(f"comments ({self._comments}) are left out", "the list")

    def _event(self, match: re.Match[str]) -> None:
        number, reel, channels, kind, frames = match.group(1, 2, 3, 4, 5)
        times = [Timecode(text, ";" in text or "." in text[-3:] or self.found.drop) for text in match.group(6, 7, 8, 9)]
        where = f"event {number} at {times[2].text}"
        if _CHANNELS.fullmatch(channels.upper()) is None and channels.upper() != "B":
            self._report.add(f"its channel {channels[:20]!r} is not known, it is left out", where)
            self._last = []
            return
        if kind != "C":
            names = {"D": "dissolve", "W": "wipe", "K": "key"}
            what = names.get(kind[0], kind[:8])
            length = f" of {int(frames)} frames" if frames else ""
            self._report.add(f"a {what}{length} becomes a cut", where)
        # the event of a dissolve is written twice: what it comes from, and what it goes to
        pair = bool(self._last) and self._last[-1].number == number and kind != "C"
        event = Event(number, reel[:_LONGEST_NAME], _channels(channels.upper()), _four(times), pair)
        self._last = [*self._last, event] if pair else [event]
        self.found.events.append(event)
        if len(self.found.events) > MOST_EVENTS:
            raise refused(self._path, "it holds more events than any EDL does")

    def _speed(self, line: str) -> None:
        words = line.split()
        speed = next((each for each in reversed(words) if re.fullmatch(r"-?\d{1,5}(\.\d{1,6})?", each)), "?")
        self._lost(f"its speed of {speed} frames a second becomes normal")

    def _comment(self, line: str) -> None:
        rate, start = _RATE.match(line), _START.match(line)
        if rate is not None:
            self.found.rate = rate[1]
            return
        if start is not None:
            self.found.start = self._timecode(start[1])
            return
        match = _COMMENT.match(line)
        key, value = ("", "") if match is None else (match[1].strip(), one_line(match[2])[:_LONGEST_LINE])
        if key == "LOC":
            self._locator(value)
        elif key in ("OTIO TRUNCATED REEL NAME FROM", "FINAL CUT PRO REEL"):
            self._say("REEL", value.split(" REPLACED BY")[0])
        elif key in (*_FROM, *_TO):
            self._say(key, value)
        else:
            self._comments += 1

    def _say(self, key: str, value: str) -> None:
        for event in self._last:
            event.said.setdefault(key, value)

    def _locator(self, value: str) -> None:
        match = _LOCATOR.fullmatch(value)
        if match is None:
            self._lost("a marker that is not understood is left out")
            return
        text = (match[3] or "").strip()[:_LONGEST_NAME]
        self.found.locators.append(Locator(self._timecode(match[1]), match[2], text))

    def _timecode(self, text: str) -> Timecode:
        return Timecode(text, ";" in text or self.found.drop)

    def _lost(self, what: str) -> None:
        where = f"event {self._last[-1].number} at {self._last[-1].times[2].text}" if self._last else "the list"
        self._report.add(what, where)


def _four(times: list[Timecode]) -> tuple[Timecode, Timecode, Timecode, Timecode]:
    first, second, third, fourth = times
    return first, second, third, fourth


def _channels(text: str) -> tuple[str, ...]:
    """The tracks of an event: ``AA/V`` is A1, A2 and V1."""
    if text == "B":
        return ("V1", "A1")
    found: list[str] = []
    for each in _CHANNEL.findall(text):
        if each == "AA":
            found += ["A1", "A2"]
        elif each[0] == "V":
            found.append(f"V{each[1:] or '1'}")
        else:
            found += [f"A{digit}" for digit in each[1:] or "1"]
    return tuple(sorted(set(found), key=lambda name: (name[0] == "A", name)))
