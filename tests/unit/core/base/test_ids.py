"""Ids: plain, long, never twice."""

from __future__ import annotations

import re

from app.core.base.ids import new_id


def test_an_id_is_32_hexadecimal_digits_of_a_random_uuid() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", new_id())


def test_ids_never_come_twice() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000
