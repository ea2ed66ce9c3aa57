"""docs/commands.md names every command and option, none that does not exist, and its examples work."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.parser import make_parser
from app.core.session.settings import declared_settings
from app.main import main
from tests.e2e.program import ROOT
from tests.helpers.media import make_film

TEXT = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
INTRODUCTION, *SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)
BY_NAME = {section.partition("\n")[0].strip(): section for section in SECTIONS}


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command."""
    for action in make_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from (name for name in action.option_strings if name.startswith("--"))


def test_every_command_has_its_section_in_the_order_of_the_help() -> None:
    assert [name for name in BY_NAME if name in parsers()] == list(parsers())
    assert set(BY_NAME) - set(parsers()) == {"Settings"}


@pytest.mark.parametrize("name", parsers())
def test_every_option_is_told_and_none_that_does_not_exist(name: str) -> None:
    known = set(options(parsers()[name]))
    told = set(re.findall(r"--[a-z][a-z-]*", BY_NAME[name] + INTRODUCTION))
    assert known <= told
    assert set(re.findall(r"--[a-z][a-z-]*", BY_NAME[name])) <= known


def test_every_setting_has_its_row() -> None:
    for setting in declared_settings():
        written = f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default)
        default = "false" if setting.default is False else f"`{written}`" if written else "(empty)"
        variable = f"`{setting.environment}`" if setting.environment else "(none)"
        row = f"| `{setting.name}` | {variable} | {default} | {setting.description} |"
        assert row in BY_NAME["Settings"]


def test_the_examples_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    make_film(Path("film.mp4"), frames=60)
    Path("film.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nSomebody speaks.\n", encoding="utf-8")
    lines = re.findall(r"^\$ insomnia (.*)$", TEXT, flags=re.MULTILINE)
    assert len(lines) >= 20
    for line in lines:
        assert main(shlex.split(line)) == 0, (line, capsys.readouterr().err)
        assert capsys.readouterr().out
