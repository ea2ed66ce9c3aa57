"""Keys of a project file that this version does not know; kept and written back untouched."""

from __future__ import annotations

from typing import TypeAlias

# Pairs of key and JSON text, sorted by key: hashable, frozen, and equal when the files are.
Extra: TypeAlias = tuple[tuple[str, str], ...]
