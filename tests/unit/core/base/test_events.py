"""Events: in order, in the emitting thread, and free to change while they are emitted."""

from __future__ import annotations

import threading

import pytest

from app.core.base.events import Event


def test_listeners_hear_in_the_order_they_came() -> None:
    event: Event[int] = Event()
    heard: list[str] = []
    event.subscribe(lambda value: heard.append(f"first {value}"))
    event.subscribe(lambda value: heard.append(f"second {value}"))
    event.emit(1)
    assert heard == ["first 1", "second 1"]


def test_who_unsubscribes_hears_no_more() -> None:
    event: Event[int] = Event()
    heard: list[int] = []
    stop = event.subscribe(heard.append)
    event.emit(1)
    stop()
    stop()
    event.emit(2)
    assert heard == [1]


def test_a_listener_subscribed_twice_ends_once_at_a_time() -> None:
    event: Event[int] = Event()
    heard: list[int] = []
    listener = heard.append
    stop = event.subscribe(listener)
    event.subscribe(listener)
    event.emit(1)
    stop()
    stop()
    event.emit(2)
    assert heard == [1, 1, 2]


def test_a_listener_may_unsubscribe_itself_or_add_others_while_it_hears() -> None:
    event: Event[int] = Event()
    heard: list[str] = []

    def once(value: int) -> None:
        heard.append(f"once {value}")
        stop()
        event.subscribe(lambda later: heard.append(f"late {later}"))

    stop = event.subscribe(once)
    event.subscribe(lambda value: heard.append(f"always {value}"))
    event.emit(1)
    event.emit(2)
    assert heard == ["once 1", "always 1", "always 2", "late 2"]


def test_a_failing_listener_is_seen() -> None:
    event: Event[int] = Event()

    def fail(value: int) -> None:
        raise LookupError(value)

    event.subscribe(fail)
    with pytest.raises(LookupError):
        event.emit(1)


def test_many_threads_may_subscribe_at_once() -> None:
    event: Event[int] = Event()
    heard: list[int] = []
    start = threading.Barrier(8)

    def subscribe() -> None:
        start.wait()
        for _ in range(200):
            event.subscribe(heard.append)

    threads = [threading.Thread(target=subscribe) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    event.emit(1)
    assert len(heard) == 1600
