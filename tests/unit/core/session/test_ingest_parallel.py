"""Parts of a job: in a row or together, one progress, one way to stop, nobody left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.core.base.errors import Cancelled, UserError
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.session.ingest_parallel import PartContext, run_parts

Part = Callable[[JobContext], None]


def no_threads_left() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith("import")]


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_all_parts_are_run(at_once: int) -> None:
    done: set[int] = set()
    run_parts([(1.0, lambda _, k=k: done.add(k)) for k in range(7)], InlineContext(), at_once=at_once)  # type: ignore[misc]
    assert done == set(range(7))
    assert no_threads_left()


def test_two_parts_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=20)

    def part(_context: JobContext) -> None:
        meeting.wait()

    run_parts([(1.0, part), (1.0, part)], InlineContext(), at_once=2)
    assert no_threads_left()


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_failure_comes_out_and_stops_the_others(at_once: int) -> None:
    def fails(_context: JobContext) -> None:
        raise UserError("film.mp4", "it is damaged", "copy it again")

    def waits(context: JobContext) -> None:
        while True:
            context.check()

    parts: list[tuple[float, Part]] = [(1.0, fails), (1.0, waits), (1.0, waits)]
    with pytest.raises(UserError, match="it is damaged"):
        run_parts(parts, InlineContext(), at_once=at_once)
    assert no_threads_left()


@pytest.mark.parametrize("at_once", [1, 2])
def test_cancelling_stops_what_runs(at_once: int) -> None:
    stop = threading.Event()

    def waits(context: JobContext) -> None:
        stop.set()
        while True:
            context.check()

    with pytest.raises(Cancelled):
        run_parts([(1.0, waits), (1.0, waits)], InlineContext(cancelled=stop), at_once=at_once)
    assert no_threads_left()


def test_progress_of_parts_in_a_row_counts_their_weights() -> None:
    heard: list[float] = []
    ticks = iter(range(1000))
    context = InlineContext(lambda done, _: heard.append(done), clock=lambda: float(next(ticks)))
    run_parts([(3.0, lambda part: part.report(0.5)), (1.0, lambda part: part.report(1.0))], context, at_once=1)
    assert heard == pytest.approx([0.375, 1.0])


def test_a_part_of_a_part() -> None:
    heard: list[float] = []
    outer = PartContext(InlineContext(lambda done, _: heard.append(done)), 0.5, 0.5)
    PartContext(outer, 0.5, 0.5).report(0.5)
    assert heard == [0.875]


def test_no_parts() -> None:
    run_parts([], InlineContext(), at_once=2)


def test_the_last_part_may_end_while_it_is_being_asked() -> None:
    """Between two questions whether all have ended, the last may end."""
    ends = threading.Event()

    class Asked(InlineContext):
        def report(self, done: float, message: str = "") -> None:
            super().report(done, message)
            ends.set()
            while not no_part_runs():
                threading.Event().wait(0.001)

    def waits(_context: JobContext) -> None:
        ends.wait()

    def no_part_runs() -> bool:
        return finished == 2

    finished = 0

    def counted(context: JobContext) -> None:
        nonlocal finished
        waits(context)
        finished += 1

    run_parts([(1.0, counted), (1.0, counted)], Asked(), at_once=2)
    assert finished == 2
