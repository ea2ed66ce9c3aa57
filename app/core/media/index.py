"""The frame index of one picture stream: which frames are shown, when, and where to begin decoding."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from app.core.base.time import Flicks

Stamps: TypeAlias = npt.NDArray[np.int64]

# Part of the name under which indexes are cached: raise it when the meaning of a field changes.
INDEX_VERSION = 4
# A stamp that the container does not give.
NO_STAMP = -(1 << 63)

_ARRAYS = ("pts", "times", "key", "key_pts", "key_dts", "packets", "key_packets")


def _none() -> Stamps:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class FrameIndex:
    """What a scan of the packets told about one picture stream. Immutable; safe in any thread.

    Frames are numbered in presentation order from 0; frames that a player does not show (outside
    the edit list, or undecodable before the first key frame) have no number.

    Attributes:
        stream: number of the stream in its container.
        time_base: unit of ``pts``, ``key_pts`` and ``key_dts``, in seconds.
        origin: the container's start in seconds, which is media time 0.
        rate: nominal frames a second; exact where ``variable_rate`` is false.
        variable_rate: whether the steps between frames differ.
        identity: ``"pts"`` where decoded frames are known by their stamps, ``"order"`` where the
            stamps cannot be trusted and only counting the packets from the start of the file helps.
        pts: int64, stamp of each frame, ascending.
        times: int64 flicks of media time of each frame, strictly ascending.
        end: media time just after the last frame.
        key: int64, for each place where decoding can begin the first frame shown from there on, ascending.
        key_pts, key_dts: int64, the stamps of those key packets; :data:`NO_STAMP` where unknown.
        packets: int64, by order only: the packet of each frame, counted in the stream from 0.
        key_packets: int64, by order only: the key packets, counted likewise.
        quick: whether a random frame takes less than 10 ms (``seek_cost``); None where nobody measured it.
    """

    stream: int
    time_base: Fraction
    origin: Fraction
    rate: Fraction
    variable_rate: bool
    identity: Literal["pts", "order"]
    pts: Stamps
    times: Stamps
    end: Flicks
    key: Stamps
    key_pts: Stamps
    key_dts: Stamps
    packets: Stamps = field(default_factory=_none)
    key_packets: Stamps = field(default_factory=_none)
    quick: bool | None = None

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            getattr(self, name).setflags(write=False)

    def __len__(self) -> int:
        """Exact number of shown frames."""
        return len(self.pts)

    @property
    def start(self) -> Flicks:
        """Media time of the first frame."""
        return int(self.times[0])

    @property
    def duration(self) -> Flicks:
        """From the first frame to the end of the last."""
        return self.end - self.start

    @cached_property
    def intra(self) -> bool:
        """Whether decoding can begin at every frame."""
        return len(self.key) >= len(self) and bool(np.array_equal(np.unique(self.key), np.arange(len(self))))

    def clamped(self, number: int) -> int:
        """The nearest number of a frame that exists."""
        return min(max(number, 0), len(self) - 1)

    def number_at(self, time: Flicks) -> int:
        """Number of the frame shown at media time ``time``: the last whose time is <= ``time``.

        Before the first frame that is the first, after the end the last.
        """
        return self.clamped(int(np.searchsorted(self.times, time, side="right")) - 1)

    def number_of_pts(self, pts: int) -> int | None:
        """Number of the frame with exactly this stamp, or None where no shown frame has it."""
        place = int(np.searchsorted(self.pts, pts))
        return place if place < len(self) and int(self.pts[place]) == pts else None

    def number_of_packet(self, packet: int) -> int | None:
        """Number of the frame that comes out of this packet, where frames are known by order."""
        place = int(np.searchsorted(self._packets_sorted, packet))
        found = place < len(self.packets) and int(self._packets_sorted[place]) == packet
        return int(self._packet_order[place]) if found else None

    @cached_property
    def _packet_order(self) -> Stamps:
        return np.argsort(self.packets, kind="stable").astype(np.int64)

    @cached_property
    def _packets_sorted(self) -> Stamps:
        return self.packets[self._packet_order]

    def time_of(self, number: int) -> Flicks:
        """Media time at which frame ``number`` appears (numbers outside are clamped)."""
        return int(self.times[self.clamped(number)])

    def end_of(self, number: int) -> Flicks:
        """Media time at which frame ``number`` disappears."""
        number = self.clamped(number)
        return int(self.times[number + 1]) if number + 1 < len(self) else self.end

    def key_before(self, number: int) -> int:
        """Place in ``key`` of the last point from which frame ``number`` can be decoded.

        Safe for open GOPs: the frames that lead a key frame belong to the one before it.
        """
        return max(0, int(np.searchsorted(self.key, number, side="right")) - 1)

    def save(self, file: BinaryIO) -> None:
        """Write the index to an open binary file, as npz without pickle."""
        facts = {
            "version": INDEX_VERSION,
            "stream": self.stream,
            "time_base": str(self.time_base),
            "origin": str(self.origin),
            "rate": str(self.rate),
            "variable_rate": self.variable_rate,
            "identity": self.identity,
            "end": self.end,
            "quick": self.quick,
        }
        np.savez(
            file,
            facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
            **{name: getattr(self, name) for name in _ARRAYS},
        )


def load_index(path: Path) -> FrameIndex | None:
    """The index saved in ``path``, or None where there is none that this version understands.

    A damaged file counts as none: indexes are derived and can be made again.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as saved:
            facts = json.loads(bytes(saved["facts"]))
            if facts["version"] != INDEX_VERSION:
                return None
            arrays = {name: saved[name].astype(np.int64) for name in _ARRAYS}
            index = FrameIndex(
                stream=int(facts["stream"]),
                time_base=Fraction(facts["time_base"]),
                origin=Fraction(facts["origin"]),
                rate=Fraction(facts["rate"]),
                variable_rate=bool(facts["variable_rate"]),
                identity="order" if facts["identity"] == "order" else "pts",
                end=int(facts["end"]),
                quick=bool(facts["quick"]) if facts["quick"] is not None else None,
                **arrays,
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, ZeroDivisionError):
        return None
    return index if _is_whole(index) else None


def _is_whole(index: FrameIndex) -> bool:
    by_order = index.identity == "order"
    return (
        all(getattr(index, name).ndim == 1 for name in _ARRAYS)
        and len(index.pts) == len(index.times) > 0
        and len(index.key) == len(index.key_pts) == len(index.key_dts) > 0
        and len(index.packets) == (len(index) if by_order else 0)
        and len(index.key_packets) == (len(index.key) if by_order else 0)
    )
