"""The ranges of ``pyproject.toml`` and the versions of ``constraints.txt`` belong together."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIRED = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])]


def pinned() -> dict[str, str]:
    """Version by canonical name, as ``constraints.txt`` has it."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("requirement", REQUIRED, ids=lambda requirement: requirement.name)
def test_every_dependency_has_both_bounds_and_a_pinned_version_within(requirement: Requirement) -> None:
    operators = {each.operator for each in requirement.specifier}
    assert operators == {">=", "<"}
    assert pinned()[canonicalize_name(requirement.name)] in requirement.specifier


def needed(name: str, seen: set[str]) -> set[str]:
    """Everything that ``name`` needs here, with what that needs in turn."""
    for text in importlib.metadata.requires(name) or []:
        requirement = Requirement(text)
        other = canonicalize_name(requirement.name)
        if other not in seen and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            seen.add(other)
            needed(other, seen)
    return seen


def test_everything_that_is_installed_for_us_is_pinned() -> None:
    direct = {canonicalize_name(requirement.name) for requirement in REQUIRED}
    everything = direct.union(*(needed(name, set()) for name in direct)) - {"setuptools", "pip"}
    assert everything - pinned().keys() == set()


def test_the_versions_that_run_are_the_pinned_ones() -> None:
    installed = {canonicalize_name(each.metadata["Name"]): each.version for each in importlib.metadata.distributions()}
    expected = pinned()
    different = {name: version for name, version in installed.items() if expected.get(name, version) != version}
    assert different == {}


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []
