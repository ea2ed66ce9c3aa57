"""Scenes: they cover the film, obey what is asked for, and cost no decoding."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from app.core.analysis.scene_sink import SceneSink
from app.core.analysis.scenes import check_sensitivity, cut_score, find_scenes, least_score, parse_kinds
from app.core.analysis.scores import SceneScores, join_pieces
from app.core.base.errors import UserError
from app.core.model.scene import SceneList
from tests.helpers.media import Fade, SceneTruth, Shot, scene_film
from tests.unit.core.analysis.synthetic import black, fade_in, fade_out, found, shot, spans, starts

PARTS = (fade_in(shot(60, 1), 10), fade_out(shot(60, 2), 20), black(8), fade_in(shot(60, 3), 20), shot(40, 4))


def test_scenes_cover_the_film() -> None:
    scenes = found(*PARTS)
    assert [scene.index for scene in scenes.scenes] == list(range(len(scenes.scenes)))
    assert scenes.scenes[0].start_frame == 0
    assert scenes.scenes[-1].end_frame == scenes.frames == sum(len(part) for part in PARTS)
    for before, after in zip(scenes.scenes, scenes.scenes[1:], strict=False):
        assert (before.end_frame, before.end) == (after.start_frame, after.start)


def test_scenes_know_their_times() -> None:
    scenes = found(*PARTS)
    for scene in scenes.scenes:
        assert (scene.start, scene.end) == (scene.start_frame * 100, scene.end_frame * 100)


def test_kinds() -> None:
    assert spans(found(*PARTS)) == [("fade", 0, 10), ("cut", 60, 60), ("fade", 100, 148), ("cut", 188, 188)]
    assert starts(found(*PARTS)) == [60, 124, 188]
    assert starts(found(*PARTS, kinds=("cut",))) == [60, 188]
    assert {kind for kind, _, _ in spans(found(*PARTS, kinds=("cut",)))} == {"cut"}
    assert starts(found(*PARTS, kinds=("fade",))) == [124]


def test_as_many_times_as_scores() -> None:
    empty = np.zeros(0, np.float32)
    with pytest.raises(ValueError, match="2 times"):
        find_scenes(SceneScores(empty, empty, empty, np.zeros((0, 8), np.float32)), [0, 1], 2, found(*PARTS).rate)


def test_scores_lie_on_the_scale_of_the_sensitivity() -> None:
    assert cut_score(1.0) == 0.5
    assert cut_score(0.2) == 0
    assert 0.9 < cut_score(100.0) < 1
    assert least_score(0.5) == pytest.approx(0.5)
    for sensitivity in (0.0, 0.2, 0.5, 0.8, 1.0):
        for transition in found(*PARTS, sensitivity=sensitivity).transitions:
            assert least_score(sensitivity) <= transition.score <= 1


@pytest.mark.parametrize("names", [["cut"], ["fade"], ["cut", "fade", "cut"]])
def test_known_kinds(names: list[str]) -> None:
    assert parse_kinds(names) == frozenset(names)


@pytest.mark.parametrize("names", [["dissolve"], ["wipe"], ["cut", ""], []])
def test_kinds_that_are_not_found(names: list[str]) -> None:
    with pytest.raises(UserError):
        parse_kinds(names)


def test_dissolves_come_later_and_that_is_said() -> None:
    with pytest.raises(UserError, match="this version finds cuts and fades only"):
        parse_kinds(["cut", "dissolve"])


@pytest.mark.parametrize("sensitivity", [-0.1, 1.1, float("nan")])
def test_sensitivity_out_of_range(sensitivity: float) -> None:
    with pytest.raises(UserError, match="not between 0 and 1"):
        check_sensitivity(sensitivity)


# Real pictures, encoded and decoded -----------------------------------------------------------


def scenes_of(truth: SceneTruth) -> SceneList:
    with av.open(str(truth.path)) as container:
        stream = container.streams.video[0]
        sink = SceneSink(stream.width, stream.height)
        for frame in container.decode(stream):
            sink.add(frame)
    scores = join_pieces([sink.result()])
    return find_scenes(scores, range(len(scores)), len(scores), truth.rate)


def assert_found(truth: SceneTruth, scenes: SceneList, tolerance: int = 1) -> None:
    assert [kind for kind, _, _ in spans(scenes)] == [kind for kind, _, _ in truth.transitions]
    for (kind, start, end), (_, true_start, true_end) in zip(spans(scenes), truth.transitions, strict=True):
        allowed = 0 if kind == "cut" else tolerance
        assert abs(start - true_start) <= allowed
        assert abs(end - true_end) <= allowed
    assert starts(scenes) == pytest.approx(list(truth.boundaries), abs=tolerance)


def test_cuts_of_a_film(tmp_path: Path) -> None:
    truth = scene_film(tmp_path / "cuts.mp4", [30, 20, 2, 40, 3, 30])
    assert_found(truth, scenes_of(truth), tolerance=0)


def test_slow_and_fast_fades_of_a_film(tmp_path: Path) -> None:
    links = [Fade(50, 5, 50), None, Fade(4, 0, 4), Fade(4, 2, 4), Fade(12, 10, 0)]
    truth = scene_film(tmp_path / "fades.mp4", [40, 30, 30, 30, 30, 30], links, fade_in=20, fade_out=20)
    assert_found(truth, scenes_of(truth))


def test_fades_of_still_and_of_moving_shots(tmp_path: Path) -> None:
    shots = [Shot(50, motion=(0, 0)), Shot(50, motion=(0, 0)), Shot(60, motion=(5, 3)), Shot(60, motion=(6, 2))]
    truth = scene_film(tmp_path / "motion.mp4", shots, [Fade(25, 3, 25), None, Fade(25, 3, 25)])
    assert_found(truth, scenes_of(truth), tolerance=2)


def test_flashes_of_a_film(tmp_path: Path) -> None:
    truth = scene_film(tmp_path / "flash.mp4", [Shot(50, flashes=(20,)), Shot(50, flashes=(10, 11)), 30])
    assert_found(truth, scenes_of(truth), tolerance=0)


def test_key_frames_of_poor_quality_are_no_cuts(tmp_path: Path) -> None:
    truth = scene_film(
        tmp_path / "poor.mp4", [50, 50, 50], [None, Fade(12, 2, 12)], gop=10, codec_options={"crf": "35"}
    )
    assert_found(truth, scenes_of(truth), tolerance=2)
