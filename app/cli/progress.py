"""How far a command is: a bar on a terminal, lines where asked for, silence otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeAlias

from app.cli.interrupt import Interrupt
from app.core.base.errors import one_line
from app.core.jobs.inline import InlineContext

if TYPE_CHECKING:
    from app.core.jobs.context import JobContext

ProgressStyle: TypeAlias = Literal["auto", "plain", "bar"]
Listener: TypeAlias = Callable[[float, str], None]


class Progress:
    """Makes the contexts of the jobs that a command runs; stops them where ``interrupt`` says so."""

    def __init__(self, err: TextIO, style: ProgressStyle, interrupt: Interrupt) -> None:
        self._err = err
        self._style = ("bar" if err.isatty() else None) if style == "auto" else style
        self._interrupt = interrupt

    @contextlib.contextmanager
    def job(self, title: str) -> Iterator[JobContext]:
        """A context for one job; what it reports is shown under ``title`` while the block runs."""
        with self._listener(one_line(title)) as listener, self._interrupt.cancels():
            yield InlineContext(listener, self._interrupt.event)

    @contextlib.contextmanager
    def _listener(self, title: str) -> Iterator[Listener | None]:
        if self._style is None:
            yield None
        elif self._style == "plain":
            yield _Lines(self._err, title)
        else:
            with _bar(self._err, title) as listener:
                yield listener


class _Lines:
    """One line for each further per cent."""

    def __init__(self, err: TextIO, title: str) -> None:
        self._err = err
        self._title = title
        self._percent = -1

    def __call__(self, done: float, message: str) -> None:
        percent = int(done * 100)
        if percent > self._percent:
            self._percent = percent
            detail = f" ({one_line(message)})" if message else ""
            self._err.write(f"{self._title}: {percent} %{detail}\n")
            self._err.flush()


@contextlib.contextmanager
def _bar(err: TextIO, title: str) -> Iterator[Listener]:
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread of its own
    layout = "{desc} {percentage:3.0f} %|{bar}| {elapsed}<{remaining}{postfix}"
    bar: Any = tqdm(total=1.0, desc=title, file=err, bar_format=layout, leave=False, dynamic_ncols=True)

    def listener(done: float, message: str) -> None:
        bar.set_postfix_str(one_line(message), refresh=False)
        bar.n = done
        bar.refresh()

    with contextlib.closing(bar):
        yield listener
