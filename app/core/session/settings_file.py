"""Changing single values in ``settings.toml``: what a person wrote there stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from app.core.base.errors import UserError
from app.core.base.files import write_atomically, write_error

_TABLE = re.compile(r"\s*\[")


def change_settings(file: Path, values: Mapping[str, str | bool]) -> None:
    """Set ``values`` in ``file``, which is made where it is missing; all other lines stand.

    Raises:
        UserError: the file is damaged, or cannot be read or written; it stands as it was.
    """
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        before = tomllib.loads(text)
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(file, error) from error
    except (ValueError, RecursionError) as error:
        raise UserError(str(file), "it is damaged", "mend or remove it") from error
    changed = _changed(text, values)
    if _loaded(changed) != {**before, **values}:
        raise UserError(
            str(file), "it is written in a way that cannot be changed here", f"set {', '.join(values)} in it"
        )
    write_atomically(file, changed.encode())


def _changed(text: str, values: Mapping[str, str | bool]) -> str:
    """``text`` with the lines of ``values`` replaced, or added before the first table."""
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if _TABLE.match(line)), len(lines))
    head, rest = lines[:end], lines[end:]
    for name, value in values.items():
        line = f"{name} = {json.dumps(value, ensure_ascii=False)}"  # the same in TOML, for texts and truths
        known = re.compile(rf"\s*{re.escape(name)}\s*=")
        place = next((number for number, each in enumerate(head) if known.match(each)), None)
        if place is None:
            head.append(line)
        else:
            head[place] = line
    return "\n".join([*head, *rest]) + "\n"


def _loaded(text: str) -> object:
    try:
        return tomllib.loads(text)
    except ValueError:
        return None
