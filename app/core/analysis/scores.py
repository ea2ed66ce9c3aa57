"""Scores of frames: the numbers that scene decisions are made from, and the pieces they come in.

A film is scored in pieces, in any order and by several processes. A piece keeps its first and last
pictures, so that the scores across a joint can be worked out when two pieces meet: the result is
the same however the film was cut into pieces.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

LAGS = 8  # each frame is compared with this many before it
VERSION = 2  # of the scores; a new one makes kept scores worthless

Numbers = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class SceneScores:
    """Scores of n frames in the order they are shown.

    ``content`` (n,): PySceneDetect's content score against the frame before, 0 to 255; 0 for the
    first frame. ``level`` and ``contrast`` (n,): mean and standard deviation of the luma of the tiny
    picture (grain averages out there), black 0, white 255. ``change`` (n, LAGS): mean absolute
    difference of the tiny pictures' luma and chroma to the frame 1, 2, ... LAGS before, 0 to 255; NaN
    where there is none.
    """

    content: Numbers
    level: Numbers
    contrast: Numbers
    change: Numbers

    def __len__(self) -> int:
        return len(self.content)

    def to_bytes(self) -> bytes:
        """The scores as a compressed NumPy archive."""
        return _packed(_columns(self))


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPiece:
    """Scores of a run of frames, with what is needed to join it to its neighbours.

    ``first`` and ``last`` are BGR pictures of the first and the last frame, shape (rows, columns,
    3); ``head`` and ``tail`` (k, m) the tiny pictures of the first and last k <= LAGS frames.
    """

    scores: SceneScores
    first: Pictures
    last: Pictures
    head: Pictures
    tail: Pictures

    def __len__(self) -> int:
        return len(self.scores)

    def to_bytes(self) -> bytes:
        """The piece as a compressed NumPy archive."""
        return _packed(_columns(self.scores) | {name: getattr(self, name) for name in _PICTURES})


_PICTURES = ("first", "last", "head", "tail")


def piece_from_bytes(data: bytes) -> ScoredPiece:
    """The piece that :meth:`ScoredPiece.to_bytes` wrote.

    Raises:
        ValueError: the data are damaged or of another version.
    """
    arrays = _unpacked(data, (*_COLUMNS, *_PICTURES))
    scores = SceneScores(*(arrays[name] for name in _COLUMNS))
    return ScoredPiece(scores, *(arrays[name] for name in _PICTURES))


def scores_from_bytes(data: bytes) -> SceneScores:
    """The scores that :meth:`SceneScores.to_bytes` wrote.

    Raises:
        ValueError: the data are damaged or of another version.
    """
    arrays = _unpacked(data, _COLUMNS)
    return SceneScores(*(arrays[name] for name in _COLUMNS))


_COLUMNS = tuple(each.name for each in fields(SceneScores))


def _columns(scores: SceneScores) -> dict[str, npt.NDArray[Any]]:
    return {name: getattr(scores, name) for name in _COLUMNS}


def _packed(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, version=np.asarray(VERSION), **arrays)  # type: ignore[arg-type]  # names are ours
    return stream.getvalue()


def _unpacked(data: bytes, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if int(archive["version"]) != VERSION:
                raise ValueError("scores of another version")
            return {name: archive[name] for name in names}
    except (KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError("damaged scores") from error


def distance(one: Pictures, other: Pictures) -> float:
    """Mean absolute difference of two tiny pictures, 0 to 255."""
    import cv2

    return float(cv2.norm(one, other, cv2.NORM_L1)) / one.size


class PieceJoiner:
    """Joins the pieces of a film one by one: of each it keeps the scores, of the last one the pictures too."""

    def __init__(self) -> None:
        self._joined: list[SceneScores] = []
        self._last: Pictures | None = None
        self._tail: Pictures | None = None

    def add(self, piece: ScoredPiece) -> None:
        """The piece that is shown after those before."""
        from app.core.analysis.content import content_score

        scores = SceneScores(*(getattr(piece.scores, name).copy() for name in _COLUMNS))
        if self._last is None or self._tail is None:
            self._tail = piece.tail
        else:
            scores.content[0] = content_score(self._last, piece.first)
            _compare_across(scores.change, self._tail, piece.head)
            self._tail = np.concatenate([self._tail, piece.tail])[-LAGS:]
        self._last = piece.last
        self._joined.append(scores)

    def result(self) -> SceneScores:
        """The scores of all frames so far."""
        if not self._joined:
            empty = np.zeros(0, np.float32)
            return SceneScores(empty, empty, empty, np.zeros((0, LAGS), np.float32))
        return SceneScores(*(np.concatenate([getattr(each, name) for each in self._joined]) for name in _COLUMNS))


def join_pieces(pieces: Iterable[ScoredPiece]) -> SceneScores:
    """The scores of a whole film from its pieces, given in the order they are shown."""
    joiner = PieceJoiner()
    for piece in pieces:
        joiner.add(piece)
    return joiner.result()


def _compare_across(change: Numbers, tail: Pictures, head: Pictures) -> None:
    """Fill in the changes from frames of ``tail`` to those of ``head``, whose rows ``change`` begins with."""
    for number, picture in enumerate(head):
        for lag in range(number + 1, LAGS + 1):
            back = lag - number  # frames before the joint, 1 is the nearest
            if back <= len(tail):
                change[number, lag - 1] = distance(picture, tail[-back])
