"""The context of a function that is called directly."""

from __future__ import annotations

import threading

import pytest

from app.core.base.errors import Cancelled
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext


class Clock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_a_job_context_that_needs_nothing() -> None:
    context: JobContext = InlineContext()
    context.report(0.5, "half")
    context.check()


def test_a_report_is_passed_on_and_clamped() -> None:
    heard: list[tuple[float, str]] = []
    clock = Clock()
    context = InlineContext(lambda done, message: heard.append((done, message)), clock=clock)
    for done in (-1, 0.25, 7):
        context.report(done, f"at {done}")
        clock.now += 1
    assert heard == [(0, "at -1"), (0.25, "at 0.25"), (1, "at 7")]


def test_a_thousand_reports_in_a_second_are_ten_and_the_last() -> None:
    heard: list[float] = []
    clock = Clock()
    context = InlineContext(lambda done, message: heard.append(done), clock=clock)
    for step in range(1001):
        clock.now = 1000 + step / 1000
        context.report(step / 1000)
    assert heard[0] == 0
    assert heard[-1] == 1
    assert 10 <= len(heard) <= 12


def test_the_first_report_of_the_end_is_passed_on_at_once_and_its_repeats_are_not() -> None:
    heard: list[float] = []
    context = InlineContext(lambda done, message: heard.append(done), clock=Clock())
    for done in (0.5, 0.9, 1, 1, 1):
        context.report(done)
    assert heard == [0.5, 1]


def test_a_cancelled_function_stops_where_it_reports_or_checks() -> None:
    heard: list[float] = []
    cancelled = threading.Event()
    context = InlineContext(lambda done, message: heard.append(done), cancelled)
    context.check()
    cancelled.set()
    with pytest.raises(Cancelled):
        context.report(0.5)
    with pytest.raises(Cancelled):
        context.check()
    with pytest.raises(Cancelled):
        InlineContext(None, cancelled).report(0.5)
    assert heard == []
