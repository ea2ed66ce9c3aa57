"""The core needs no window, no database and nothing above it; starting the program loads nothing heavy."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import app.core
from tests.helpers.only_core import FORBIDDEN

ROOT = Path(__file__).parents[2]

IMPORT_ALL = """
import importlib, pkgutil
from tests.helpers import only_core
only_core.hide()
import app.core
for module in pkgutil.walk_packages(app.core.__path__, "app.core."):
    importlib.import_module(module.name)
    print(module.name)
"""

HEAVY = (
    "cv2",
    "scenedetect",
    "sqlalchemy",
    "alembic",
    "opentimelineio",
    "PySide6",
    "skia",
    "scipy",
    "matplotlib",
)


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a fresh interpreter at the root of the checkout."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


def test_every_module_of_the_core_imports_with_qt_and_sql_out_of_sight() -> None:
    done = run_python(IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    every = {module.name for module in pkgutil.walk_packages(app.core.__path__, "app.core.")}
    assert set(done.stdout.split()) == every
    assert {"app.core.base.time", "app.core.jobs.manager", "app.core.model.project"} <= every


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_out_of_sight_cannot_be_imported(name: str) -> None:
    done = run_python(f"from tests.helpers import only_core; only_core.hide(); import {name}")
    assert f"out of sight of the core: {name}" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("module", ["app.main", "app.core.session.session"])
def test_starting_loads_nothing_heavy(module: str) -> None:
    done = run_python(f"import {module}, sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) & set(HEAVY) == set()
