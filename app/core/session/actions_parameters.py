"""The typed parameters of actions: from ``NAME=VALUE`` words, from JSON values, and described as JSON."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.time import Flicks
from app.core.base.timecode import parse_timecode

ParameterKind: TypeAlias = Literal["int", "float", "text", "texts", "flag", "choice", "path", "paths", "frame", "time"]
Value: TypeAlias = int | float | str | bool | Path | tuple[str, ...] | tuple[Path, ...]

T = TypeVar("T")

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_LISTS = ("texts", "paths")
_WANTED: Mapping[ParameterKind, str] = {
    "int": "a whole number",
    "float": "a number",
    "text": "text",
    "texts": "one or more texts",
    "flag": "true or false",
    "choice": "one of the choices",
    "path": "a file name",
    "paths": "one or more file names",
    "frame": "a frame number from 0, or a timecode",
    "time": "seconds, or a timecode",
}

# A time of months is a slip of the hand.
_LONGEST_TIME: Flicks = 30 * 24 * 3600 * time.SECOND
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)[.,](\d{1,3})")
_SECONDS = re.compile(r"\d{1,10}(\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an action. Lists are given by repeating the name.

    ``frame`` counts frames of the sequence. ``time`` need not lie on frames: seconds, HH:MM:SS.mmm
    or a timecode, with a sign for backwards; its value is in flicks.
    """

    name: str
    kind: ParameterKind
    meaning: str
    required: bool = False
    default: Value | None = None
    choices: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """The parameter as JSON values."""
        described: dict[str, Any] = {
            "name": self.name,
            "kind": self.kind,
            "meaning": self.meaning,
            "required": self.required,
            "default": self.default if isinstance(self.default, (int, float, str, type(None))) else str(self.default),
        }
        if self.choices:
            described["choices"] = list(self.choices)
        return described


class Arguments:
    """Checked values for the parameters of one action, defaults filled in."""

    def __init__(self, values: Mapping[str, Value | None]) -> None:
        self._values = dict(values)

    def __contains__(self, name: str) -> bool:
        """Whether there is a value, given or by default."""
        return self._values.get(name) is not None

    def number(self, name: str) -> int:
        """The value of an ``int``, ``frame`` or ``time`` parameter."""
        return self._typed(name, int)

    def decimal(self, name: str) -> float:
        """The value of a ``float`` parameter."""
        return self._typed(name, float)

    def text(self, name: str) -> str:
        """The value of a ``text`` or ``choice`` parameter."""
        return self._typed(name, str)

    def flag(self, name: str) -> bool:
        """The value of a ``flag`` parameter; false where there is none."""
        return self._typed(name, bool) if name in self else False

    def path(self, name: str) -> Path:
        """The value of a ``path`` parameter, absolute."""
        return self._typed(name, Path)

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a ``texts`` parameter; empty where there are none."""
        return tuple(str(each) for each in self._typed(name, tuple)) if name in self else ()

    def paths(self, name: str) -> tuple[Path, ...]:
        """The values of a ``paths`` parameter, absolute; empty where there are none."""
        return tuple(Path(each) for each in self._typed(name, tuple)) if name in self else ()

    def _typed(self, name: str, kind: type[T]) -> T:
        value = self._values.get(name)
        if not isinstance(value, kind):
            raise TypeError(f"{name} is {value!r}, not {kind.__name__}")
        return value


def from_words(what: str, parameters: Sequence[Parameter], words: Iterable[str], rate: Fraction) -> Arguments:
    """Arguments from ``NAME=VALUE`` words; ``rate`` is that of the sequence, for timecodes.

    Raises:
        UserError: ``what`` has no such parameter, one is missing, given twice, or no value of its kind.
    """
    known = {parameter.name: parameter for parameter in parameters}
    given: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise UserError(what, f"{word!r} is not NAME=VALUE", "write for example frame=100")
        parameter = _known(what, known, name)
        if parameter.kind in _LISTS:
            given.setdefault(name, []).append(value)
        elif name in given:
            raise UserError(what, f"{name} is given twice", "give it once")
        else:
            given[name] = _from_text(what, parameter, value)
    return from_values(what, parameters, given, rate)


def from_values(what: str, parameters: Sequence[Parameter], given: Mapping[str, Any], rate: Fraction) -> Arguments:
    """Arguments from JSON values; ``rate`` is that of the sequence, for timecodes.

    Raises:
        UserError: ``what`` has no such parameter, one is missing, or no value of its kind.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Value | None] = {parameter.name: parameter.default for parameter in parameters}
    for name, value in given.items():
        values[name] = _checked(what, _known(what, known, name), value, rate)
    for parameter in parameters:
        if parameter.required and values[parameter.name] is None:
            wanted = _WANTED[parameter.kind]
            raise UserError(what, f"{parameter.name} is missing", f"give {parameter.name}= {wanted}")
    return Arguments(values)


def _known(what: str, known: Mapping[str, Parameter], name: str) -> Parameter:
    if name not in known:
        names = ", ".join(known)
        raise UserError(what, f"it has no parameter {name!r}", f"it knows {names}" if names else "it takes none")
    return known[name]


def _from_text(what: str, parameter: Parameter, text: str) -> Any:
    """A word of the command line as the JSON value it stands for; frames stay text."""
    try:
        if parameter.kind == "int":
            return int(text)
        if parameter.kind == "float":
            return float(text)
    except ValueError:
        raise _wrong(what, parameter, text) from None
    if parameter.kind == "flag":
        if text.lower() not in _TRUE + _FALSE:
            raise _wrong(what, parameter, text)
        return text.lower() in _TRUE
    return text


def _checked(what: str, parameter: Parameter, value: Any, rate: Fraction) -> Value:
    checked: Value | None
    if parameter.kind == "frame":
        checked = _frame(value, rate)
    elif parameter.kind == "time":
        checked = _time(value, rate)
    elif parameter.kind in _LISTS:
        checked = _list(parameter.kind, value)
    else:
        checked = _single(parameter, value)
    if checked is None:
        raise _wrong(what, parameter, value)
    return checked


def _single(parameter: Parameter, value: Any) -> Value | None:
    if parameter.kind == "flag":
        return value if isinstance(value, bool) else None
    if parameter.kind in ("int", "float"):
        return _number(parameter.kind, value)
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    if parameter.kind == "choice" and value not in parameter.choices:
        return None
    return absolute(value) if parameter.kind == "path" else value


def _number(kind: ParameterKind, value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if kind == "float":
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, int) else None


def _list(kind: ParameterKind, value: Any) -> tuple[str, ...] | tuple[Path, ...] | None:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, (list, tuple)) or not values:
        return None
    if any(not isinstance(each, str) or not each or "\0" in each for each in values):
        return None
    return tuple(absolute(each) for each in values) if kind == "paths" else tuple(values)


def _frame(value: Any, rate: Fraction) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    try:
        return parse_timecode(value, rate) if ":" in value or ";" in value else None
    except ValueError:
        return None


def _time(value: Any, rate: Fraction) -> Flicks | None:
    """Flicks of a number of seconds, HH:MM:SS.mmm or timecode, with a sign or not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        found = time.from_seconds(value) if abs(value) < 1e9 else None
    elif isinstance(value, str):
        amount = _unsigned_time(value.removeprefix("-"), rate)
        found = -amount if amount is not None and value.startswith("-") else amount
    else:
        return None
    return found if found is not None and abs(found) <= _LONGEST_TIME else None


def _unsigned_time(text: str, rate: Fraction) -> Flicks | None:
    if not text.isascii():
        return None
    if _SECONDS.fullmatch(text):
        return time.from_seconds(Fraction(text))
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, seconds = (int(clock[group]) for group in (1, 2, 3))
        milliseconds = int(clock[4].ljust(3, "0"))
        return time.from_seconds(Fraction(((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds, 1000))
    try:
        return time.frame_start(parse_timecode(text, rate), rate)
    except ValueError:
        return None


def absolute(path: str) -> Path:
    """``path`` from the current folder, without following links."""
    return Path(os.path.abspath(path))


def _wrong(what: str, parameter: Parameter, value: Any) -> UserError:
    wanted = " or ".join(parameter.choices) if parameter.choices else _WANTED[parameter.kind]
    return UserError(what, f"{parameter.name} cannot be {value!r}"[:200], f"give {wanted}")
