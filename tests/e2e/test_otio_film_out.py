"""An OTIO timeline of another program, written as a film: every cut on its frame, sound in step."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import opentimelineio as otio
import pytest

from tests.helpers.media import beep_times, flash_frames, make_film, numbers_in

GOP = 48
FILM_FRAMES = 600


def pieces_off_key_frames(seed: int, count: int = 20) -> list[tuple[int, int]]:
    """Start frame and length of each piece; no piece begins on a key frame of the film."""
    chooser = random.Random(seed)
    pieces: list[tuple[int, int]] = []
    while len(pieces) < count:
        start, length = chooser.randrange(FILM_FRAMES - 40), chooser.randrange(9, 31)
        if start % GOP:
            pieces.append((start, length))
    return pieces


def write_timeline(path: Path, film: Path, rate: Fraction, pieces: list[tuple[int, int]], *, sound: bool) -> None:
    """The timeline as another program writes it, by OTIO's own writer."""
    decimal = float(rate)
    timeline = otio.schema.Timeline("cuts")
    for kind in [otio.schema.TrackKind.Video] + [otio.schema.TrackKind.Audio] * sound:
        track = otio.schema.Track(kind, kind=kind)
        for start, length in pieces:
            reference = otio.schema.ExternalReference(
                target_url=film.name,
                available_range=otio.opentime.TimeRange(
                    otio.opentime.RationalTime(0, decimal), otio.opentime.RationalTime(FILM_FRAMES, decimal)
                ),
            )
            cut = otio.opentime.TimeRange(
                otio.opentime.RationalTime(start, decimal), otio.opentime.RationalTime(length, decimal)
            )
            track.append(otio.schema.Clip(f"{start}", reference, cut))
        timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))


def moov_before_mdat(path: Path) -> bool:
    data = path.read_bytes()
    return 0 < data.find(b"moov") < data.find(b"mdat")


@pytest.mark.parametrize("sound", [True, False], ids=["with sound tracks", "picture tracks only"])
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001)], ids=str)
def test_twenty_cuts_off_the_key_frames(tmp_path: Path, rate: Fraction, sound: bool) -> None:
    film = make_film(tmp_path / "film.mp4", frames=FILM_FRAMES, rate=rate, gop=GOP, beep_every=17)
    pieces = pieces_off_key_frames(seed=round(rate))
    write_timeline(tmp_path / "cuts.otio", film.path, rate, pieces, sound=sound)

    done = subprocess.run(
        [sys.executable, "-m", "app", "export", str(tmp_path / "cuts.otio"), str(tmp_path / "out.mp4"), "--json"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    expected = [start + offset for start, length in pieces for offset in range(length)]
    assert result["frames"] == len(expected)
    assert numbers_in(tmp_path / "out.mp4") == expected
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.codec_context.name for stream in container.streams] == ["h264", "aac"]
        assert container.streams.video[0].average_rate == rate
    assert moov_before_mdat(tmp_path / "out.mp4")
    flashes = [position / rate for position in flash_frames(tmp_path / "out.mp4")]
    beeps = beep_times(tmp_path / "out.mp4")
    assert len(flashes) > 10
    for flash in flashes:
        nearest = min(beeps, key=lambda beep: abs(beep - float(flash)))
        assert abs(nearest - float(flash)) <= 0.5 / float(rate)
