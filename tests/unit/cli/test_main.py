"""The frame of the command line: exit codes, the one line of an error, and what never leaks out."""

from __future__ import annotations

import argparse
import json
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app.cli import parser as parser_module
from app.cli.command import Desk, Subparsers, add_command, add_progress
from app.cli.main import run
from app.core.base.errors import Cancelled, UserError
from app.core.session.services import Services
from app.main import main, make_services


def install(monkeypatch: pytest.MonkeyPatch, run: Callable[[argparse.Namespace, Desk], int]) -> None:
    """Make ``insomnia try`` do ``run``."""

    def add(commands: Subparsers) -> None:
        parser = add_command(commands, "try", "try something", run)
        add_progress(parser)
        parser.add_argument("names", nargs="*")

    monkeypatch.setattr(parser_module, "COMMANDS", (add,))


def raising(error: BaseException) -> Callable[[argparse.Namespace, Desk], int]:
    def run(_options: argparse.Namespace, _desk: Desk) -> int:
        raise error

    return run


@pytest.mark.parametrize("arguments", [[], ["gui"], ["film.insomnia"], ["gone/away"], ["gui", "a.mp4", "b.mp4"]])
def test_without_a_display_the_window_is_refused_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("insomnia: error: the window: there is no display")
    assert "export" in said.err
    assert said.err.count("\n") == 1


def test_files_open_the_window_and_commands_do_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[tuple[list[Path], Path | None]] = []

    def open_window(_services: Services, paths: Sequence[Path], script: Path | None, /) -> int:
        opened.append((list(paths), script))
        return 0

    (tmp_path / "film").touch()
    for arguments in (
        [],
        ["a.mp4", "b.mp4"],
        [str(tmp_path / "film")],
        ["gui", "--script", "steps.json", "a.insomnia"],
        ["actions"],
        ["exprot"],
    ):
        run(arguments, make_services, open_window)
    assert opened == [
        ([], None),
        ([Path("a.mp4"), Path("b.mp4")], None),
        ([tmp_path / "film"], None),
        ([Path("a.insomnia")], Path("steps.json")),
    ]


@pytest.mark.parametrize("arguments", [["--help"], ["search", "--help"], ["--version"]])
def test_help_and_version_are_results(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert "insomnia" in said.out
    assert said.err == ""


@pytest.mark.parametrize("arguments", [["dance"], ["search"], ["--verb"], ["search", "x", "--js"]])
def test_wrong_usage_is_said_on_standard_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: insomnia" in said.err


def test_an_error_is_one_line_and_standard_output_stays_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch, raising(UserError("a\nb.mp4", "it is\x1b[31m empty", "copy it again")))
    assert main(["try", "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "insomnia: error: a b.mp4: it is [31m empty; copy it again\n"


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_what_was_interrupted_ends_with_130_and_no_word(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch, raising(error))
    assert main(["try"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_bug_names_the_log_and_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    own_profile: Path,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("a bug stopped the program")
    install(monkeypatch, raising(ZeroDivisionError("by\nzero")))
    assert main(["try"]) == 70
    said = capsys.readouterr()
    log = own_profile / "log" / "insomnia.log"
    assert said.out == ""
    assert said.err == f"insomnia: bug: ZeroDivisionError: by zero; report it with the end of {log}\n"
    assert "Traceback" in log.read_text()
    assert "ZeroDivisionError" in log.read_text()


def test_debug_shows_the_traceback_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
) -> None:
    expect_log("a bug stopped the program")
    monkeypatch.setenv("DEBUG", "1")
    install(monkeypatch, raising(ZeroDivisionError()))
    assert main(["try"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_settings_that_cannot_be_used_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    install(monkeypatch, lambda _options, _desk: 0)
    assert main(["try"]) == 0
    expected = "insomnia: warning: LOG_LEVEL is none of debug, info, warning, error, critical\n"
    assert capsys.readouterr() == ("", expected)


def test_names_of_any_kind_can_be_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"caf\xe9 \xe6\x97\xa5\n.mp4")

    def run(options: argparse.Namespace, desk: Desk) -> int:
        desk.console.result({"names": options.names}, options.names)
        return 0

    install(monkeypatch, run)
    assert main(["try", "--json", "--", name, "-x"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [os.fsencode(each) for each in printed["names"]] == [os.fsencode(name), b"-x"]
    assert main(["try", "--", name, "-x"]) == 0
    assert capsys.readouterr().out == "caf? 日 .mp4\n-x\n"


def _send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cancels_the_job_which_tidies_up(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps: list[str] = []

    def run(_options: argparse.Namespace, desk: Desk) -> int:
        with desk.progress.job("try") as context:
            _send(number)
            steps.append("went on to the next report")
            try:
                context.report(0.5)
            finally:
                steps.append("tidied up")
        return 0

    install(monkeypatch, run)
    before = signal.getsignal(number)
    assert main(["try"]) == 130
    assert steps == ["went on to the next report", "tidied up"]
    assert signal.getsignal(number) is before
    assert capsys.readouterr() == ("", "")


def test_a_signal_outside_of_a_job_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_options: argparse.Namespace, _desk: Desk) -> int:
        _send(signal.SIGTERM)
        raise AssertionError("went on")

    install(monkeypatch, run)
    assert main(["try"]) == 130


def test_a_second_signal_breaks_off_a_job_that_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_options: argparse.Namespace, desk: Desk) -> int:
        with desk.progress.job("try"):
            _send(signal.SIGINT)
            _send(signal.SIGINT)
        raise AssertionError("went on")

    install(monkeypatch, run)
    assert main(["try"]) == 130


def test_what_breaks_because_of_a_signal_is_not_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_options: argparse.Namespace, desk: Desk) -> int:
        with desk.progress.job("try"):
            _send(signal.SIGINT)
            raise UserError("film.mp4", "its worker died", "try again")

    install(monkeypatch, run)
    assert main(["try"]) == 130
    assert capsys.readouterr().err == ""


def test_signals_that_were_switched_off_stay_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_options: argparse.Namespace, _desk: Desk) -> int:
        _send(signal.SIGHUP)
        return 0

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        install(monkeypatch, run)
        assert main(["try"]) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_progress_lines_go_to_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_options: argparse.Namespace, desk: Desk) -> int:
        with desk.progress.job("export a\tb") as context:
            context.report(0.0)
            context.report(1.0, "frame 10\nof 10")
        desk.console.result({}, ["done"])
        return 0

    install(monkeypatch, run)
    assert main(["try", "--progress", "plain"]) == 0
    said = capsys.readouterr()
    assert said.out == "done\n"
    assert said.err == "export a b: 0 %\nexport a b: 100 % (frame 10 of 10)\n"
    assert main(["try"]) == 0
    assert capsys.readouterr().err == ""  # not a terminal


def test_the_bar_shows_title_and_message(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(_options: argparse.Namespace, desk: Desk) -> int:
        with desk.progress.job("export") as context:
            context.report(0.0)
            context.report(1.0, "frame 10 of 10")
        return 0

    install(monkeypatch, run)
    assert main(["try", "--progress", "bar"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "export" in said.err
    assert "100 %" in said.err
    assert "frame 10 of 10" in said.err
