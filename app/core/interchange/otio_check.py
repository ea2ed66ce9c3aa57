"""Checks of an OTIO file before its parser sees it: that one dies of deep files and takes any number."""

from __future__ import annotations

import json
import math
import re
import stat
from pathlib import Path
from typing import Any, NoReturn

from app.core.base.errors import UserError

LARGEST_FILE = 64 * 1024 * 1024
DEEPEST_NESTING = 200
MOST_TOKENS = 6_000_000
MOST_CHILDREN = 200_000
LONGEST_SECONDS = 1e8
FASTEST_RATE = 1e7

# Brackets, commas, and strings closed or not; possessive, so that a hostile file costs one pass.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def checked_text(path: Path) -> str:
    """The text of an OTIO file that is safe to parse.

    Raises:
        UserError: no such regular file, too large, nested too deep, no JSON, or with numbers,
            rates or counts that no timeline has.
    """
    return checked_data(path, read_bytes(path, LARGEST_FILE))


def checked_data(path: Path, data: bytes) -> str:
    """The same for ``data`` that lie in ``path`` or in a part of it.

    Raises:
        UserError: as :func:`checked_text`.
    """
    _check_size(path, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(path, "it is no UTF-8 text") from None

    def refuse_number(number: str) -> NoReturn:
        raise _refused(path, f"it has the number {number[:40]}")

    def finite(number: str) -> float:
        value = float(number)
        return value if math.isfinite(value) else refuse_number(number)

    try:
        document = json.loads(text, parse_constant=refuse_number, parse_float=finite)
    except json.JSONDecodeError as problem:
        raise _refused(path, f"line {problem.lineno} is not valid JSON") from None
    except ValueError:  # Python refuses whole numbers of more than 4300 digits
        raise _refused(path, "it has a number that is too large") from None
    if not isinstance(document, dict):
        raise _refused(path, "it holds no timeline")
    _check_values(path, document)
    return text


def read_bytes(path: Path, largest: int) -> bytes:
    """All of a file of somebody else's, if it is a regular one of at most ``largest`` bytes.

    Raises:
        UserError: it is not, or cannot be read.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UserError(str(path), "it is no regular file", "choose a file with a timeline")
        if found.st_size > largest:
            raise _refused(path, f"it is larger than {largest // 2**20} MB")
        with path.open("rb") as file:
            data = file.read(largest + 1)
        if len(data) > largest:
            raise _refused(path, f"it is larger than {largest // 2**20} MB")
        return data
    except OSError as error:
        raise UserError(str(path), error.strerror or "it cannot be read", "choose another file") from error


def _check_size(path: Path, data: bytes) -> None:
    """How deep brackets nest and how much there is, in one pass that keeps nothing."""
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(data)):
        sign = data[token.start()]
        if sign in b"[{":
            depth += 1
            if depth > DEEPEST_NESTING:
                raise _refused(path, f"it is nested more than {DEEPEST_NESTING} levels deep")
        elif sign in b"]}":
            depth -= 1
        if count > MOST_TOKENS:
            raise _refused(path, "it holds more than any timeline does")


def _check_values(path: Path, document: dict[str, Any]) -> None:
    """Walk all values once: times, counts of children, and objects that point at each other."""
    pending: list[Any] = [document]
    children = 0
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            _check_object(path, value)
            inside = value.get("children")
            children += len(inside) if isinstance(inside, list) else 0
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
        if children > MOST_CHILDREN:
            raise _refused(path, "it holds more than any timeline does")


def _check_object(path: Path, value: dict[str, Any]) -> None:
    schema = value.get("OTIO_SCHEMA")
    if not isinstance(schema, str):
        return
    if schema.startswith("SerializableObjectRef."):
        raise _refused(path, "its parts refer to each other")
    if schema.startswith("RationalTime."):
        _check_time(path, value.get("value"), value.get("rate"))
    if schema.startswith("TimeRange."):
        duration = value.get("duration")
        length = duration.get("value") if isinstance(duration, dict) else None
        if isinstance(length, (int, float)) and length < 0:
            raise _refused(path, f"it has a duration of {length}")


def _check_time(path: Path, value: Any, rate: Any) -> None:
    if any(isinstance(each, bool) or not isinstance(each, (int, float)) for each in (value, rate)):
        raise _refused(path, "it has a time without value or rate")
    if not 0 < rate <= FASTEST_RATE:
        raise _refused(path, f"it has the rate {rate}"[:80])
    if abs(value) > LONGEST_SECONDS * rate:
        raise _refused(path, f"it has a time of {value} at rate {rate}"[:120])


def _refused(path: Path, why: str) -> UserError:
    return UserError(str(path), why, "write the timeline again, or choose another file")
