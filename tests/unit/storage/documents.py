"""Projects made at random that hold every invariant, for round trips."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from app.core.base import time
from app.core.model.asset import Asset, AudioStream, Color, MediaInfo, SubtitleStream, VideoStream
from app.core.model.clip import Clip, Gap, Item
from app.core.model.extra import Extra
from app.core.model.marker import MARKER_COLORS, Marker
from app.core.model.project import Project
from app.core.model.retime import Retime
from app.core.model.sequence import Sequence, SequenceFormat, Track, TrackKind
from app.core.model.subtitle import SubtitleCue, SubtitleTrack

RATES = (Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60))
FRAMES = 1000

# Any letters, also the half characters that stand for undecodable bytes in file names.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8) | st.just("caf\udce9")
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def extras(draw: st.DrawFn) -> Extra:
    """Keys of a later version, as a file would bring them."""
    found = draw(st.dictionaries(st.sampled_from(["x-note", "zoom", "é"]), _values, max_size=2))
    return tuple(
        sorted((key, json.dumps(value, sort_keys=True, separators=(",", ":"))) for key, value in found.items())
    )


@st.composite
def infos(draw: st.DrawFn) -> MediaInfo:
    """A film of a thousand frames with sound."""
    rate = draw(st.sampled_from(RATES))
    length = time.frame_start(FRAMES, rate)
    color = Color(draw(st.none() | st.just("bt709")), None, None, draw(st.sampled_from([None, "limited", "full"])))
    video = VideoStream(
        index=0,
        codec=draw(texts),
        width=draw(st.integers(1, 9000)),
        height=90,
        coded_width=160,
        coded_height=90,
        rate=rate,
        variable_rate=draw(st.booleans()),
        frames=FRAMES,
        start=0,
        duration=length,
        pixel_format="yuv420p",
        bit_depth=8,
        rotation=draw(st.sampled_from([0, 90, 180, 270])),
        sample_aspect=draw(st.fractions(Fraction(1, 9), 9, max_denominator=99)),
        color=color,
        extra=draw(extras()),
    )
    sound = AudioStream(1, "aac", 48_000, 2, "stereo", draw(st.integers(-5, 5)), length, draw(st.none() | texts))
    subtitles = (SubtitleStream(2, "mov_text"),) if draw(st.booleans()) else ()
    warnings = tuple(draw(st.lists(texts, max_size=2)))
    return MediaInfo("video", "mp4", length, video, (sound,), subtitles, warnings)


@st.composite
def retimes(draw: st.DrawFn) -> Retime:
    """Half to double speed either way, or frozen."""
    freeze, reverse = draw(st.booleans()), draw(st.booleans())
    speed = draw(st.fractions(Fraction(1, 2), 2, max_denominator=1001).filter(lambda speed: speed != 1))
    rest = draw(st.fractions(0, Fraction(1000, 1001), max_denominator=1001))
    retime = Retime(speed, reverse, False, draw(st.booleans()), rest, draw(extras()))
    return replace(retime, speed=Fraction(1), reverse=False, freeze=True) if freeze else retime


@st.composite
def items(draw: st.DrawFn, asset: str, prefix: str, frame: int) -> tuple[Item, ...]:
    """A row of clips with gaps between some of them."""
    row: list[Item] = []
    for number in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            row.append(Gap(draw(st.integers(1, 99)) * frame, draw(extras())))
        row.append(
            Clip(
                f"{prefix}{number}",
                asset,
                draw(st.integers(0, 100)),
                draw(st.integers(1, 200)) * frame,
                draw(texts),
                draw(st.none() | st.just(f"link {asset}")),
                draw(st.floats(-60, 12)),
                draw(st.none() | st.just(f"group {asset}")),
                draw(st.none() | retimes()),
                draw(extras()),
            )
        )
    return tuple(row)


@st.composite
def subtitle_tracks(draw: st.DrawFn, identifier: str) -> SubtitleTrack:
    """Up to three cues, in order of their times."""
    spans = sorted(draw(st.lists(st.tuples(st.integers(0, 10**12), st.integers(1, 10**10)), max_size=3)))
    cues = tuple(
        SubtitleCue(
            f"{identifier}-{number}", start, start + length, draw(texts), draw(st.none() | texts), draw(extras())
        )
        for number, (start, length) in enumerate(spans)
    )
    return SubtitleTrack(
        identifier, "ST1", cues, draw(st.none() | st.just("en")), hidden=draw(st.booleans()), extra=draw(extras())
    )


@st.composite
def markers(draw: st.DrawFn, identifier: str, frame: int) -> tuple[Marker, ...]:
    """Up to three markers on frames, in order of their times."""
    spans = sorted(draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 99)), max_size=3)))
    return tuple(
        Marker(
            f"{identifier}-{number}",
            start * frame,
            length * frame,
            draw(texts),
            draw(st.sampled_from(MARKER_COLORS)),
            draw(texts),
            draw(extras()),
        )
        for number, (start, length) in enumerate(spans)
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A project with one or two sequences of one asset each."""
    assets, sequences = [], []
    for number in range(draw(st.integers(0, 2))):
        asset = f"asset {number}"
        path = f"/media/{draw(texts).replace('/', '_')}.mp4"
        info = draw(infos())
        assets.append(Asset(asset, draw(texts), path, draw(st.integers(0, 2**60)), "print", info, draw(extras())))
        rate = draw(st.sampled_from(RATES))
        kinds: tuple[TrackKind, TrackKind] = ("video", "audio")
        picture, sound = (
            Track(
                f"{kind} {number}",
                kind,
                kind[0].upper() + "1",
                draw(items(asset, f"{kind} {number}-", time.frame_duration(rate))),
                muted=draw(st.booleans()),
                sync_lock=draw(st.booleans()),
                extra=draw(extras()),
            )
            for kind in kinds
        )
        size = SequenceFormat(1920, 1080, rate, extra=draw(extras()))
        subtitles = (draw(subtitle_tracks(f"subtitles {number}")),) if draw(st.booleans()) else ()
        marked = draw(markers(f"marker {number}", time.frame_duration(rate)))
        sequences.append(
            Sequence(f"sequence {number}", draw(texts), size, (picture,), (sound,), subtitles, marked, draw(extras()))
        )
    return Project("project", draw(texts), tuple(assets), tuple(sequences), draw(extras()))
