"""The core by itself: what it must never need is out of sight. A pytest plug-in: ``-p tests.helpers.only_core``."""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

FORBIDDEN = (
    "PySide6",
    "shiboken6",
    "sqlalchemy",
    "sqlite3",
    "alembic",
    "app.ui",
    "app.cli",
    "app.storage",
    "app.main",
)


class OutOfSight(importlib.abc.MetaPathFinder):
    """Refuses to find the forbidden packages and what is in them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if any(fullname == name or fullname.startswith(f"{name}.") for name in FORBIDDEN):
            raise ModuleNotFoundError(f"out of sight of the core: {fullname}", name=fullname)
        return None


def hide() -> None:
    """Put the forbidden packages out of sight of this process, for good."""
    seen = [name for name in FORBIDDEN if name in sys.modules]
    if seen:
        raise RuntimeError(f"already imported: {', '.join(seen)}")
    sys.meta_path.insert(0, OutOfSight())


def pytest_configure() -> None:
    """Hide before any test is collected."""
    hide()
