"""Twenty minutes of film need no more memory than five: taken in, played and exported with fifty cuts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import av
import av.stream
import pytest

from tests.helpers.media import make_film
from tests.helpers.soak import say_claim, soak_count, soaking

ROOT = Path(__file__).resolve().parents[2]
MINUTES = (5, 20)
MOST_GROWTH = 1.05
_MADE_SECONDS = 20
only_soaking = pytest.mark.skipif(not soaking(), reason="takes half an hour: part of `make soak`")
pytestmark = [pytest.mark.soak, pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")]


@dataclass(frozen=True)
class Kind:
    """Films of one size; the large one has fewer pictures a second, as a picture of it costs much more."""

    name: str
    width: int
    height: int
    rate: int


SMALL, LARGE = Kind("360p", 640, 360, 12), Kind("4K", 3840, 2160, 6)


@pytest.fixture(scope="module", params=[SMALL, pytest.param(LARGE, marks=only_soaking)], ids=lambda kind: kind.name)
def films(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    kind: Kind = request.param
    folder = tmp_path_factory.mktemp(kind.name)
    piece = make_film(
        folder / "piece.mkv",
        frames=_MADE_SECONDS * kind.rate,
        rate=kind.rate,
        width=kind.width,
        height=kind.height,
        bframes=0,
        audio_codec="flac",
    ).path
    lengths = [soak_count(minutes * 60) for minutes in MINUTES]
    return tuple(repeated(piece, length // _MADE_SECONDS, folder / f"{kind.name}-{length}.mkv") for length in lengths)


def repeated(piece: Path, times: int, out: Path) -> Path:
    """``piece`` again and again, packet by packet."""
    with av.open(str(out), "w") as target:
        streams: dict[int, av.stream.Stream] = {}
        for number in range(times):
            with av.open(str(piece)) as source:
                for packet in source.demux():
                    if packet.pts is None or packet.dts is None:
                        continue
                    kept = packet.stream.index
                    if kept not in streams:
                        streams.update({each.index: target.add_stream_from_template(each) for each in source.streams})
                    shift = round(number * _MADE_SECONDS / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = streams[kept]
                    target.mux(packet)
    return out


def peaks(work: str, film: Path, home: Path) -> tuple[int, int]:
    """The most memory of the process and of its workers together, in kB."""
    environment = {**os.environ, "INSOMNIA_HOME": str(home)}
    command = [sys.executable, "-m", "tests.helpers.peak_memory", work, str(film)]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    here, worker = said.split()
    return int(here), int(worker)


@pytest.mark.parametrize("work", ["import", "play", "export"])
def test_memory_does_not_grow_with_the_film(films: tuple[Path, ...], tmp_path: Path, work: str) -> None:
    short, long = (peaks(work, film, tmp_path / film.stem) for film in films)
    kind, found = (
        films[0].stem.partition("-")[0],
        [f"{here} kB and {there} kB in workers" for here, there in (short, long)],
    )
    print(f"\n{kind}, {work}: {found[0]}; four times the film: {found[1]}")
    if not soaking():
        return  # half a minute does not fill what is bounded: only that all of it ran to its end
    # Together: which of the workers gets which part of an import differs from run to run.
    assert sum(long) <= MOST_GROWTH * sum(short)
    say_claim(f"memory of {work} is bounded ({kind})", 1)
