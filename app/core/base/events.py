"""The one way a lower room tells an upper one that something happened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Event(Generic[T]):
    """A list of listeners, called in order, in the thread that emits.

    Subscribing and unsubscribing is safe from any thread, also while the event is emitted.
    A listener that raises stops the emission: its failure is a bug and must be seen.
    """

    def __init__(self) -> None:
        self._listeners: tuple[tuple[Callable[[T], None]], ...] = ()
        self._lock = threading.Lock()

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call ``listener`` at each emission; returns the function that ends it.

        Who subscribes twice is called twice, and each of the two ends by itself.
        """
        entry = (listener,)  # known by identity: one listener may be here more than once
        with self._lock:
            self._listeners = (*self._listeners, entry)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not entry)

        return unsubscribe

    def emit(self, value: T) -> None:
        """Hand ``value`` to everyone who listens now."""
        for (listener,) in self._listeners:
            listener(value)
