"""Scores: those of PySceneDetect, and the same however a film is cut into pieces."""

from __future__ import annotations

import itertools
import random
from dataclasses import fields
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest
from scenedetect import FrameTimecode
from scenedetect.detectors import ContentDetector
from scenedetect.stats_manager import StatsManager

from app.core.analysis.content import content_score
from app.core.analysis.scene_sink import SceneSink
from app.core.analysis.scores import LAGS, SceneScores, ScoredPiece, join_pieces, piece_from_bytes
from app.core.analysis.small_picture import SmallSize, small_picture

SIZE = (160, 90)


@cache
def film() -> tuple[av.VideoFrame, ...]:
    """Forty noisy frames of two shots that move."""
    generator = np.random.default_rng(5)
    frames = []
    for number in range(40):
        planes = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
        ramp = (np.arange(SIZE[0]) * (3 if number < 17 else 7) + number * 5) % 200 + 20
        planes[: SIZE[1]] = np.clip(ramp[None, :] + generator.normal(0, 4, (SIZE[1], SIZE[0])), 0, 255)
        planes[SIZE[1] :] = 110 if number < 17 else 150
        frames.append(av.VideoFrame.from_ndarray(planes, format="yuv420p"))
    return tuple(frames)


def piece(first: int, end: int) -> ScoredPiece:
    sink = SceneSink(*SIZE)
    for frame in film()[first:end]:
        sink.add(frame)
    return sink.result()


def assert_same(one: SceneScores, other: SceneScores) -> None:
    for each in fields(SceneScores):
        np.testing.assert_array_equal(getattr(one, each.name), getattr(other, each.name), each.name)


def test_scores_are_the_same_for_any_pieces() -> None:
    whole = join_pieces([piece(0, 40)])
    assert len(whole) == 40
    chance = random.Random(7)
    for _ in range(12):
        cuts = sorted(chance.sample(range(1, 40), chance.randint(1, 12)))
        edges = [0, *cuts, 40]
        assert_same(join_pieces([piece(a, b) for a, b in itertools.pairwise(edges)]), whole)


def test_pieces_of_one_frame_join() -> None:
    assert_same(join_pieces([piece(number, number + 1) for number in range(40)]), join_pieces([piece(0, 40)]))


def test_pieces_may_be_made_in_any_order_and_be_kept_as_bytes() -> None:
    edges = [(20, 33), (0, 9), (33, 40), (9, 20)]
    kept = {first: piece(first, end).to_bytes() for first, end in edges}
    joined = join_pieces([piece_from_bytes(kept[first]) for first in sorted(kept)])
    assert_same(joined, join_pieces([piece(0, 40)]))


def test_nothing_joins_to_nothing() -> None:
    assert len(join_pieces([])) == 0


def test_a_piece_needs_a_frame() -> None:
    with pytest.raises(ValueError, match="no frame"):
        SceneSink(*SIZE).result()


@pytest.mark.parametrize("damage", [b"", b"PK", b"x" * 400])
def test_damaged_bytes_are_refused(damage: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        piece_from_bytes(damage)


def test_a_cut_off_file_is_refused() -> None:
    data = piece(0, 20).to_bytes()
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        piece_from_bytes(data[: len(data) // 2])


def test_content_is_what_pyscenedetect_reports() -> None:
    """The public way, through a StatsManager, gives the same numbers."""
    detector = ContentDetector()
    detector.stats_manager = StatsManager(FrameTimecode(0, 25.0))
    size = SmallSize.of(*SIZE)
    reported = [0.0]
    for number, frame in enumerate(film()):
        now = FrameTimecode(number, Fraction(25))
        detector.process_frame(now, small_picture(frame, size).bgr)
        if number:
            reported += detector.stats_manager.get_metrics(now, [ContentDetector.FRAME_SCORE_KEY])
    np.testing.assert_allclose(piece(0, 40).scores.content, reported, rtol=1e-6)


def test_content_of_a_pair() -> None:
    size = SmallSize.of(*SIZE)
    before, after = (small_picture(film()[number], size).bgr for number in (16, 17))
    assert content_score(before, after) == pytest.approx(float(piece(0, 40).scores.content[17]), rel=1e-6)
    assert content_score(before, before) == 0


def test_changes_know_the_frames_before() -> None:
    change = piece(0, 40).scores.change
    assert change.shape == (40, LAGS)
    assert np.isnan(change[0]).all()
    assert np.isnan(change[3, 3:]).all()
    assert not np.isnan(change[3, :3]).any()
    assert not np.isnan(change[LAGS:]).any()
    assert change[17, 0] > 3 * change[16, 0]
