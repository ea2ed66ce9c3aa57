"""The content key: the same after a rename, another after any likely change."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.media.fingerprint import file_size, fingerprint

MEGABYTE = 1 << 20


def test_moving_and_renaming_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"film" * 1000)
    before = fingerprint(path)
    path.rename(tmp_path / "ä b.mov")
    assert fingerprint(tmp_path / "ä b.mov") == before
    assert len(before) == 32
    assert int(before, 16) > 0


@pytest.mark.parametrize("size", [1, 5000, 3 * 128 * 1024, 4 * MEGABYTE])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_change_at_head_middle_or_tail_shows(tmp_path: Path, size: int, place: float) -> None:
    path = tmp_path / "a.mp4"
    data = bytearray(size)
    path.write_bytes(data)
    before = fingerprint(path)
    data[min(size - 1, int(size * place))] ^= 1
    path.write_bytes(data)
    assert fingerprint(path) != before


def test_the_size_counts(tmp_path: Path) -> None:
    keys = set()
    for size in (100, 101, MEGABYTE, MEGABYTE + 1):
        (tmp_path / "a").write_bytes(b"\0" * size)
        assert file_size(tmp_path / "a") == size
        keys.add(fingerprint(tmp_path / "a"))
    assert len(keys) == 4


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UserError):
            fingerprint(path)
        with pytest.raises(UserError):
            file_size(path)
