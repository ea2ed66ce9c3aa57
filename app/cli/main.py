"""Runs one command: options in, exit code out, every failure said in one line."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Command, Desk, OpenWindow
from app.cli.commands import COMMAND_NAMES
from app.cli.console import PROGRAM, Console, ReaderGone, output
from app.cli.interrupt import Interrupt
from app.cli.parser import make_parser, parse
from app.cli.progress import Progress
from app.core.base.errors import Cancelled, UserError, one_line
from app.core.base.log import logging_to

if TYPE_CHECKING:
    import argparse

    from app.core.session.services import Services

DONE, FAILED, WRONG_USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130
READER_GONE = 128 + 13  # as a program ends that SIGPIPE ended

logger = logging.getLogger(__name__)


def run(arguments: Sequence[str], make_services: Callable[[], Services], open_window: OpenWindow) -> int:
    """Run ``insomnia ARGUMENTS`` and return its exit code. For the main thread.

    ``make_services`` is called once the arguments are known to be right. The program's name alone,
    or with files, opens the window.
    """
    if not arguments or _is_file(arguments[0]):
        arguments = ["gui", *arguments]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name that the terminal has no letters for
    interrupt = Interrupt()
    with interrupt.listening():
        try:
            return _parsed_and_run(arguments, make_services, open_window, interrupt)
        except ReaderGone:
            return READER_GONE
        except (KeyboardInterrupt, Cancelled):
            return INTERRUPTED
        except UserError as error:
            if interrupt.seen:  # what broke, broke because we were asked to stop
                return INTERRUPTED
            Console(sys.stdout, sys.stderr).say(f"{PROGRAM}: error: {error}")
            return FAILED


def _is_file(argument: str) -> bool:
    """Whether it is meant as a file rather than as a command: a mistyped command must not open a window."""
    if argument.startswith("-") or argument in COMMAND_NAMES:
        return False
    return Path(argument).suffix != "" or os.sep in argument or Path(argument).exists()


def _parsed_and_run(
    arguments: Sequence[str],
    make_services: Callable[[], Services],
    open_window: OpenWindow,
    interrupt: Interrupt,
) -> int:
    parser = make_parser()
    with output(sys.stdout):
        try:
            options = parse(parser, arguments)
        except SystemExit as end:  # argparse has said what is wrong, or printed the help
            return end.code if isinstance(end.code, int) else WRONG_USAGE
        if options.command is None:
            parser.print_help()
            return DONE
    console = Console(sys.stdout, sys.stderr, as_json=options.json)
    progress = Progress(sys.stderr, getattr(options, "progress", "auto"), interrupt)
    with contextlib.closing(make_services()) as services:
        for warning in services.settings.warnings:
            console.warn(warning)
        settings = services.settings.values
        level = "debug" if settings.debug else settings.log_level
        with logging_to(services.profile.log, level, on_terminal=settings.debug) as log_file:
            return _run_command(options.run, options, Desk(services, console, progress, open_window), log_file)


def _run_command(command: Command, options: argparse.Namespace, desk: Desk, log_file: Path | None) -> int:
    try:
        return command(options, desk)
    except (UserError, Cancelled, ReaderGone):
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a message
        return _report_bug(desk.console, error, log_file)


def _report_bug(console: Console, error: Exception, log_file: Path | None) -> int:
    logger.critical("a bug stopped the program", exc_info=error)
    where = f"report it with the end of {log_file}" if log_file is not None else "report it"
    console.say(f"{PROGRAM}: bug: {type(error).__name__}: {one_line(str(error))}; {where}")
    return BUG
