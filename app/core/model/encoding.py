"""The document's dataclasses as JSON values and back, every value checked against its declared type.

Flicks stay integers, fractions become text (``"30000/1001"``), tuples become lists, and a
dataclass becomes an object in the order of its fields. One of several dataclasses is told by
its ``"type"``. Keys that a dataclass does not declare go to its ``extra`` field and come back.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import re
import types
import typing
from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from app.core.model.clip import Item
from app.core.model.extra import Extra

# What json reads and writes; the values are checked one by one, so Any is honest here.
Json: TypeAlias = Any
Decode: TypeAlias = Callable[[Json], Any]
T = TypeVar("T")

_EXTRA = "extra"
_TYPE = "type"
_TAGGED = frozenset(typing.get_args(Item))
_LARGEST = 2**63 - 1
_FRACTION = re.compile(r"-?\d{1,18}(/\d{1,18})?")


class Malformed(Exception):  # noqa: N818 - what a document is, translated before anyone sees it
    """A value is not what the document declares; ``where`` is built up on the way out."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.where = ""

    def inside(self, place: str) -> Malformed:
        """The same complaint, seen from one level further out."""
        self.where = place + self.where
        return self


def encode(value: object) -> Json:
    """``value`` as what :func:`json.dumps` accepts."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _encode_object(value)
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if isinstance(value, Fraction):
        return str(value)
    return value


def decode(kind: type[T], document: Json) -> T:
    """``document`` as a ``kind``.

    Raises:
        Malformed: a value is missing, of another type, not finite or beyond 64 bits.
    """
    declared: Any = kind
    result: T = _decoder(declared)(document)
    return result


def _encode_object(value: Any) -> dict[str, Json]:
    kind: Any = type(value)
    document: dict[str, Json] = {_TYPE: tag_of(kind)} if kind in _TAGGED else {}
    for name in _field_names(kind):
        document[name] = encode(getattr(value, name))
    for key, text in getattr(value, _EXTRA, ()):
        if key not in document:
            document[key] = json.loads(text)
    return document


@functools.cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind) if field.name != _EXTRA)


@functools.cache
def _decoder(kind: Hashable) -> Decode:
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _tuple_decoder(arguments[0])
    if origin is typing.Literal:
        return _literal_decoder(arguments)
    if origin in (types.UnionType, typing.Union):
        return _union_decoder(arguments)
    if dataclasses.is_dataclass(kind):
        return _object_decoder(kind)
    return _PLAIN[kind]


def _integer(value: Json) -> int:
    if type(value) is not int:
        raise Malformed("is not a whole number")
    if abs(value) > _LARGEST:
        raise Malformed("is too large a number")
    return value


def _number(value: Json) -> float:
    if type(value) not in (int, float):
        raise Malformed("is not a number")
    if abs(value) > _LARGEST or not math.isfinite(value):
        raise Malformed("is too large a number")
    return float(value)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Malformed("is not text")
    if "\0" in value:
        raise Malformed("has a zero character in it")
    return value


def _truth(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Malformed("is neither true nor false")
    return value


def _fraction(value: Json) -> Fraction:
    if not isinstance(value, str) or not _FRACTION.fullmatch(value):
        raise Malformed("is not a fraction such as 30000/1001")
    try:
        return Fraction(value)
    except ZeroDivisionError:
        raise Malformed("is a fraction of zero") from None


_PLAIN: dict[Any, Decode] = {int: _integer, float: _number, str: _text, bool: _truth, Fraction: _fraction}


def _tuple_decoder(kind: Any) -> Decode:
    decode_one = _decoder(kind)

    def decode_all(value: Json) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Malformed("is not a list")
        result = []
        for number, each in enumerate(value):
            try:
                result.append(decode_one(each))
            except Malformed as problem:
                raise problem.inside(f"[{number}]") from None
        return tuple(result)

    return decode_all


def _literal_decoder(choices: tuple[Any, ...]) -> Decode:
    shown = ", ".join(str(choice) for choice in choices)

    def decode_choice(value: Json) -> Any:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return choice
        raise Malformed(f"is none of {shown}")

    return decode_choice


def _union_decoder(arguments: tuple[Any, ...]) -> Decode:
    kinds = [each for each in arguments if each is not type(None)]
    decode_value = _decoder(kinds[0]) if len(kinds) == 1 else _tagged_decoder(kinds)
    if len(kinds) == len(arguments):
        return decode_value
    return lambda value: None if value is None else decode_value(value)


def _tagged_decoder(kinds: list[Any]) -> Decode:
    decoders = {tag_of(kind): _decoder(kind) for kind in kinds}

    def decode_tagged(value: Json) -> Any:
        if not isinstance(value, dict):
            raise Malformed("is not an object")
        tag = value.get(_TYPE)
        if not isinstance(tag, str) or tag not in decoders:
            raise Malformed(f"is none of {', '.join(decoders)}")
        return decoders[tag]({key: each for key, each in value.items() if key != _TYPE})

    return decode_tagged


def tag_of(kind: type) -> str:
    """What stands under ``"type"`` for a dataclass that is one of several."""
    return kind.__name__.lower()


def _object_decoder(kind: Any) -> Decode:
    hints = typing.get_type_hints(kind)
    fields = [(field.name, _decoder(hints[field.name])) for field in dataclasses.fields(kind) if field.name != _EXTRA]
    required = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    keeps_extra = _EXTRA in hints

    def decode_object(document: Json) -> Any:
        if not isinstance(document, dict):
            raise Malformed("is not an object")
        values: dict[str, Any] = {}
        for name, decode_field in fields:
            if name not in document:
                if name in required:
                    raise Malformed("is missing").inside(f".{name}")
                continue
            try:
                values[name] = decode_field(document[name])
            except Malformed as problem:
                raise problem.inside(f".{name}") from None
        if keeps_extra and len(document) > len(values):
            values[_EXTRA] = _extra(document, values)
        return kind(**values)

    return decode_object


def _extra(document: dict[str, Json], known: dict[str, Any]) -> Extra:
    pairs = ((key, _as_text(value)) for key, value in document.items() if key not in known)
    return tuple(sorted(pairs))


def _as_text(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
