"""The import contracts hold, and each of them catches what it is there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Violation:
    """One file with one import that must not be."""

    contract: str
    file: str
    imported: str


HOUSE = "layers-of-the-house"
CORE = "layers-of-the-core"
QT = "qt-in-the-window-only"
SQL = "sql-in-storage-only"
DECODERS = "decoders-in-three-rooms"
SCENEDETECT = "scenedetect-in-analysis-only"
NETWORK = "network-in-speech-only"
SKIA = "skia-in-render-only"

VIOLATIONS = [
    Violation(HOUSE, "app/core/session/planted.py", "app.cli"),
    Violation(HOUSE, "app/ui/planted.py", "app.storage.project_file"),
    Violation(HOUSE, "app/storage/planted.py", "app.main"),
    Violation(HOUSE, "app/a_new_room/__init__.py", "app.core"),
    Violation(CORE, "app/core/base/planted.py", "app.core.jobs.job"),
    Violation(CORE, "app/core/model/planted.py", "app.core.session.ports"),
    Violation(CORE, "app/core/media/planted.py", "app.core.edit"),
    Violation(CORE, "app/core/analysis/planted.py", "app.core.render"),
    Violation(CORE, "app/core/a_new_room/__init__.py", "app.core.base"),
    Violation(QT, "app/core/render/planted.py", "PySide6.QtGui"),
    Violation(QT, "app/cli/planted.py", "shiboken6"),
    Violation(SQL, "app/core/session/planted.py", "sqlalchemy.orm"),
    Violation(SQL, "app/ui/planted.py", "sqlite3"),
    Violation(SQL, "app/cli/planted.py", "alembic"),
    Violation(DECODERS, "app/core/session/planted.py", "av"),
    Violation(DECODERS, "app/ui/planted.py", "cv2"),
    Violation(SCENEDETECT, "app/core/media/planted.py", "scenedetect"),
    Violation(NETWORK, "app/core/media/planted.py", "requests"),
    Violation(SKIA, "app/ui/planted.py", "skia"),
]


def contract_names() -> dict[str, str]:
    """What each contract of ``pyproject.toml`` is called, by its id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def lint_imports(folder: Path) -> tuple[int, str]:
    """Exit code and words of import-linter for the house in ``folder``."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {"PYTHONPATH": str(folder), "COLUMNS": "300", "PATH": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house to spoil."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def unspoilt(house: Path) -> tuple[int, str]:
    """Exit code and words for the house as it is."""
    return lint_imports(house)


def broken(words: str) -> set[str]:
    """The names of the broken contracts."""
    return {name for name in contract_names().values() if f"{name} BROKEN" in words}


def test_the_house_as_it_is_keeps_every_contract(unspoilt: tuple[int, str]) -> None:
    code, words = unspoilt
    assert code == 0, words
    for name in contract_names().values():
        assert f"{name} KEPT" in words


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda each: f"{each.contract}-{each.file}-{each.imported}")
def test_a_planted_violation_is_caught_by_its_contract(
    house: Path, unspoilt: tuple[int, str], violation: Violation
) -> None:
    planted = house / violation.file
    room_is_new = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f'"""Planted."""\nimport {violation.imported}\n')
    try:
        code, words = lint_imports(house)
    finally:
        planted.unlink()
        if room_is_new:
            planted.parent.rmdir()
    assert code == 1
    name = contract_names()[violation.contract]
    assert broken(words) - broken(unspoilt[1]) == {name} - broken(unspoilt[1])
    assert name in broken(words)


def test_every_contract_has_a_planted_violation() -> None:
    assert {violation.contract for violation in VIOLATIONS} == set(contract_names())
