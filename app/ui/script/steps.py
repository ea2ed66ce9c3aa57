"""The steps of a script as data: read from JSON and checked before the window opens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from app.core.base.errors import UserError

Point: TypeAlias = tuple[int, int]
LARGEST_SCRIPT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """A widget by its object name; ``item`` is a row of a list, a clip id or ``TRACK:NUMBER`` of a clip; ``at``
    are logical pixels, None is the middle."""

    name: str
    item: int | str | None = None
    at: Point | None = None


@dataclass(frozen=True, slots=True)
class RunAction:
    """Run an action by name; without ``params`` as its menu entry would, so that a dialog may open."""

    name: str
    params: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Click:
    """Click once or twice."""

    place: Place
    double: bool = False
    button: str = "left"
    modifiers: str = ""


@dataclass(frozen=True, slots=True)
class Drag:
    """Press, move in steps, let go."""

    place: Place
    to: Place
    button: str = "left"
    modifiers: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """Press keys such as ``Ctrl+K``."""

    keys: str


@dataclass(frozen=True, slots=True)
class Type:
    """Type text where the focus is."""

    text: str


@dataclass(frozen=True, slots=True)
class ChooseMenu:
    """Choose ``File/Export...``."""

    path: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Drop files on a widget, as from a file manager."""

    paths: tuple[str, ...]
    on: Place


@dataclass(frozen=True, slots=True)
class Resize:
    """Make the window that large, in logical pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class WaitIdle:
    """Wait until no job is queued or running and the shown frame is current."""

    timeout: float


@dataclass(frozen=True, slots=True)
class WaitFile:
    """Wait until another program has written this file."""

    file: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass, as while a film plays."""

    seconds: float


@dataclass(frozen=True, slots=True)
class WriteState:
    """Write what the window holds as JSON."""

    file: str


@dataclass(frozen=True, slots=True)
class Screenshot:
    """Write a picture of the window, or of the widget ``of``, as PNG."""

    file: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program; nothing is asked."""


Step: TypeAlias = (
    RunAction
    | Click
    | Drag
    | Key
    | Type
    | ChooseMenu
    | Drop
    | Resize
    | WaitIdle
    | WaitFile
    | Pause
    | WriteState
    | Screenshot
    | Quit
)

# What each kind of step may say beside its own word.
_ALLOWED: dict[str, frozenset[str]] = {
    "action": frozenset({"params"}),
    "click": frozenset({"item", "at", "button", "modifiers"}),
    "double_click": frozenset({"item", "at", "button", "modifiers"}),
    "drag": frozenset({"item", "at", "to", "to_at", "to_item", "button", "modifiers"}),
    "key": frozenset(),
    "type": frozenset(),
    "menu": frozenset(),
    "drop": frozenset({"on", "at", "item"}),
    "resize": frozenset(),
    "wait": frozenset({"timeout", "file"}),
    "pause": frozenset(),
    "state": frozenset(),
    "screenshot": frozenset({"of"}),
    "quit": frozenset(),
}


def read_script(path: Path) -> tuple[Step, ...]:
    """The steps in the file ``path``.

    Raises:
        UserError: it cannot be read, or a step is malformed; names the step.
    """
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_SCRIPT:
            raise UserError(str(path), "the script is too large", "split it")
        listed = json.loads(data)
    except OSError as error:
        raise UserError(str(path), error.strerror or str(error), "name a file with steps") from error
    except (ValueError, RecursionError) as error:
        raise UserError(str(path), "it is not valid JSON", "see docs/script.md for the form of a script") from error
    if not isinstance(listed, list):
        raise UserError(str(path), "it is no list of steps", "see docs/script.md for the form of a script")
    return tuple(_step(number, entry, path) for number, entry in enumerate(listed, 1))


class _Malformed(Exception):  # noqa: N818 - translated before anyone sees it
    pass


def _step(number: int, entry: object, path: Path) -> Step:
    try:
        return _read(entry)
    except _Malformed as problem:
        raise UserError(str(path), f"step {number} {problem}", "see docs/script.md for the form of a script") from None


def _read(entry: object) -> Step:
    if not isinstance(entry, dict):
        raise _Malformed("is no object")
    kinds = [key for key in entry if key in _ALLOWED]
    if len(kinds) != 1:
        raise _Malformed(f"names {'several kinds' if kinds else 'no kind'} of step")
    kind = kinds[0]
    unknown = set(entry) - _ALLOWED[kind] - {kind}
    if unknown:
        raise _Malformed(f"says {sorted(unknown)[0]!r}, which {kind} does not know")
    return _READERS[kind](entry)


def _text(entry: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
    value = entry.get(key, otherwise)
    if not isinstance(value, str):
        raise _Malformed(f"needs a text for {key!r}")
    return value


def _point(entry: Mapping[str, Any], key: str) -> Point | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, int | float) for each in value):
        raise _Malformed(f"needs [x, y] for {key!r}")
    return round(value[0]), round(value[1])


def _item(entry: Mapping[str, Any], key: str) -> int | str | None:
    value = entry.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | str)):
        raise _Malformed(f"needs a row or an id for {key!r}")
    return value


def _place(entry: Mapping[str, Any], key: str) -> Place:
    return Place(_text(entry, key), _item(entry, "item"), _point(entry, "at"))


def _click(entry: Mapping[str, Any]) -> Step:
    kind = "double_click" if "double_click" in entry else "click"
    button = _text(entry, "button", "left")
    if button not in ("left", "right", "middle"):
        raise _Malformed("has a button that is none of left, right, middle")
    return Click(_place(entry, kind), kind == "double_click", button, _text(entry, "modifiers", ""))


def _drag(entry: Mapping[str, Any]) -> Step:
    to = Place(_text(entry, "to", _text(entry, "drag")), _item(entry, "to_item"), _point(entry, "to_at"))
    return Drag(_place(entry, "drag"), to, _text(entry, "button", "left"), _text(entry, "modifiers", ""))


def _action(entry: Mapping[str, Any]) -> Step:
    params = entry.get("params")
    if params is not None and not isinstance(params, dict):
        raise _Malformed("needs an object for 'params'")
    return RunAction(_text(entry, "action"), params)


def _drop(entry: Mapping[str, Any]) -> Step:
    paths = entry["drop"]
    if not isinstance(paths, list) or not paths or not all(isinstance(each, str) for each in paths):
        raise _Malformed("needs a list of paths for 'drop'")
    return Drop(tuple(paths), Place(_text(entry, "on", "mainWindow"), _item(entry, "item"), _point(entry, "at")))


def _resize(entry: Mapping[str, Any]) -> Step:
    size = _point(entry, "resize")
    if size is None or min(size) < 1 or max(size) > 16_384:
        raise _Malformed("needs [width, height] for 'resize'")
    return Resize(*size)


def _wait(entry: Mapping[str, Any]) -> Step:
    timeout = entry.get("timeout", 60)
    if entry["wait"] not in ("idle", "file"):
        raise _Malformed("can only wait for 'idle' or a 'file'")
    seconds = _seconds(timeout, "timeout")
    return WaitIdle(seconds) if entry["wait"] == "idle" else WaitFile(_text(entry, "file"), seconds)


def _seconds(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise _Malformed(f"needs seconds for {key!r}")
    return float(value)


_READERS: dict[str, Callable[[Mapping[str, Any]], Step]] = {
    "action": _action,
    "click": _click,
    "double_click": _click,
    "drag": _drag,
    "key": lambda entry: Key(_text(entry, "key")),
    "type": lambda entry: Type(_text(entry, "type")),
    "menu": lambda entry: ChooseMenu(_text(entry, "menu")),
    "drop": _drop,
    "resize": _resize,
    "wait": _wait,
    "state": lambda entry: WriteState(_text(entry, "state")),
    "pause": lambda entry: Pause(_seconds(entry["pause"], "pause")),
    "screenshot": lambda entry: Screenshot(_text(entry, "screenshot"), _text(entry, "of", "")),
    "quit": lambda _entry: Quit(),
}
