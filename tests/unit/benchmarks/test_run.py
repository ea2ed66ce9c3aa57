"""The runner finds the benchmarks and says which targets were missed."""

from __future__ import annotations

from pathlib import Path

import pytest

import benchmarks
from benchmarks.run import main, names

BENCHMARK = '"""Planted."""\n\ndef main() -> int:\n    print("measured {name}")\n    return {code}\n'


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two benchmarks instead of the real ones: one meets its target, one does not."""
    for name, code in (("planted_good", 0), ("planted_slow", 1)):
        (tmp_path / f"bench_{name}.py").write_text(BENCHMARK.format(name=name, code=code))
    (tmp_path / "helper.py").write_text("")
    monkeypatch.setattr(benchmarks, "__path__", [str(tmp_path)])


@pytest.mark.usefixtures("planted")
def test_all_are_run_and_missed_targets_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert names() == ("planted_good", "planted_slow")
    assert main([]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "== planted_good",
        "measured planted_good",
        "== planted_slow",
        "measured planted_slow",
    ]
    assert said.err == "targets missed: planted_slow\n"


@pytest.mark.usefixtures("planted")
def test_one_is_run_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["planted_good"]) == 0
    assert "planted_slow" not in capsys.readouterr().out


@pytest.mark.usefixtures("planted")
def test_a_name_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "there are: planted_good, planted_slow" in capsys.readouterr().err
