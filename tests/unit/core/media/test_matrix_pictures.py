"""Every odd kind of film: the probe says what a careful person would, and any seek gives the exact frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.cli.shapes import media_document
from app.core.media.probe import probe
from tests.helpers.exact import assert_exact
from tests.helpers.media import numbers_in
from tests.helpers.odd_films import ODD
from tests.helpers.soak import say_claim, soak_count, soak_random

JUMPS = soak_count(500)


def said(document: Any, name: str) -> object:
    """The value at a dotted name."""
    for part in name.split("."):
        document = document[part]
    return document


@pytest.mark.soak
@pytest.mark.parametrize("name", ODD)
def test_an_odd_film_is_described_and_seeks_exactly(tmp_path: Path, name: str) -> None:
    odd = ODD[name]
    path = tmp_path / name
    odd.make(path)
    document = media_document(name, probe(path))
    assert {field: said(document, field) for field in odd.says} == dict(odd.says)
    assert not odd.warning or any(odd.warning in warning for warning in document["warnings"])
    if not odd.warning:
        assert not any("varies" in warning for warning in document["warnings"])
    if odd.numbers is not None:
        assert numbers_in(path) == list(odd.numbers)
    frames = assert_exact(path, soak_random(f"exact {name}"), JUMPS)
    assert frames == document["video"]["frames"]
    say_claim(f"a jump in {name} gives the exact frame", JUMPS)
