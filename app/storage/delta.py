"""What makes the JSON of one snapshot of that of another: as large as the edit, not as the document.

Snapshots share what an edit did not touch, so the difference is found by identity. A change is a
JSON object of one key::

    {"be": VALUE}                              another value
    {"in": {FIELD: CHANGE, ...}}               fields of an object
    {"at": {POSITION: CHANGE, ...}}            some things of a list
    {"row": [START, COUNT, [VALUE, ...]]}      COUNT things from START give way to others
"""

from __future__ import annotations

import dataclasses
from typing import Any

from app.core.model.diff import middle
from app.core.model.encoding import Json, Malformed, encode

_EXTRA = "extra"


def delta(before: object, after: object) -> Json:
    """The change from ``before`` to ``after``, two values of the document."""
    if isinstance(before, tuple) and isinstance(after, tuple):
        return _row(before, after)
    if _is_object(after) and type(before) is type(after) and _extra(before) == _extra(after):
        return {"in": _fields(before, after)}
    return {"be": encode(after)}


def patch(value: Json, change: Json) -> Json:
    """``value`` as ``change`` makes it; lists and objects in it are changed in place.

    Raises:
        Malformed: the change does not fit: it was made for another document.
    """
    try:
        return _patch(value, change)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("does not fit what is there") from error


def _fields(before: Any, after: Any) -> dict[str, Json]:
    changes: dict[str, Json] = {}
    for field in dataclasses.fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name != _EXTRA and old is not new and (_is_whole(new) or old != new):
            changes[field.name] = delta(old, new)
    return changes


def _row(before: tuple[Any, ...], after: tuple[Any, ...]) -> Json:
    old, new = middle(before, after)
    start = _shared_start(before, after)
    if len(old) == len(new) and all(map(_same_thing, old, new)):
        pairs = enumerate(zip(old, new, strict=True), start)
        return {"at": {str(place): delta(one, other) for place, (one, other) in pairs if one is not other}}
    return {"row": [start, len(old), [encode(each) for each in new]]}


def _shared_start(before: tuple[Any, ...], after: tuple[Any, ...]) -> int:
    """How many things both rows begin with."""
    shortest = min(len(before), len(after))
    return next((place for place in range(shortest) if before[place] is not after[place]), shortest)


def _same_thing(one: object, other: object) -> bool:
    """Whether ``other`` is ``one`` as it became, so that its fields say less than the whole."""
    return type(one) is type(other) and _is_object(one) and getattr(one, "id", None) == getattr(other, "id", None)


def _is_object(value: object) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _is_whole(value: object) -> bool:
    """Whether comparing would look through all that is in it, where identity says enough."""
    return isinstance(value, tuple) or _is_object(value)


def _extra(value: object) -> object:
    return getattr(value, _EXTRA, ())


def _patch(value: Json, change: Json) -> Json:
    ((kind, how),) = change.items()
    if kind == "be":
        return how
    if kind == "in":
        for name, each in how.items():
            value[name] = _patch(value.get(name), each)
    elif kind == "at":
        for place, each in how.items():
            value[int(place)] = _patch(value[int(place)], each)
    elif kind == "row":
        start, count, things = how
        if not (isinstance(things, list) and 0 <= start <= start + count <= len(value)):
            raise Malformed("does not fit what is there")
        value[start : start + count] = things
    else:
        raise Malformed(f"is no change: {kind}")
    return value
