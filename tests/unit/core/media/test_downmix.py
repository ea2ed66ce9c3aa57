"""Channels land where a listener expects them."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.media.downmix import mix_matrix, mixed

FIVE_ONE = ("FL", "FR", "FC", "LFE", "BL", "BR")


def test_equal_counts_pass_untouched() -> None:
    samples = np.ones((4, 2), dtype=np.float32)
    assert mixed(samples, ("FL", "FR"), 2) is samples


def test_mono_plays_at_full_level_on_both_sides() -> None:
    assert mix_matrix(("FC",), 2).tolist() == [[1.0, 1.0]]


def test_stereo_becomes_mono_as_the_mean() -> None:
    assert mix_matrix(("FL", "FR"), 1).tolist() == [[0.5], [0.5]]


def test_surround_follows_the_broadcast_rule() -> None:
    matrix = mix_matrix(FIVE_ONE, 2)
    assert matrix[:, 0].tolist() == pytest.approx([1, 0, 0.7071, 0, 0.7071, 0], abs=1e-4)
    assert matrix[:, 1].tolist() == pytest.approx([0, 1, 0.7071, 0, 0, 0.7071], abs=1e-4)


def test_unknown_places_alternate() -> None:
    assert mix_matrix(("?", "?", "?"), 2).tolist() == [[1, 0], [0, 1], [1, 0]]


def test_stereo_in_a_wider_film_stays_in_front() -> None:
    assert mix_matrix(("FL", "FR"), 6).tolist() == [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]]
