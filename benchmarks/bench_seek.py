"""Random seeks by proxy and in the long-GOP film itself, and thumbnails.

Targets: median seek by proxy under 3 ms and at least 50 times faster than in the film; 100 thumbnails of
the film under 2 s. ``INSOMNIA_BENCH_SECONDS`` (300) is the length of the film.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.core.jobs.inline import InlineContext
from app.core.media.index import INDEX_VERSION
from app.core.model.asset import Asset
from app.core.session.ingest_glance import GLANCE_HANDLER, glance_request
from app.core.session.services import Services
from app.main import make_services
from benchmarks.films import find_film, lacking, repeated

CONTEXT = InlineContext()
SEEKS = 200
FILM_SEEKS = 40
THUMBNAILS = 100


def timed(function: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def told(what: str, value: float, most: float, unit: str) -> bool:
    """Print a figure with its target; whether it is met."""
    met = value <= most
    print(f"{what}: {value:.2f} {unit} (at most {most:g}) {'met' if met else 'missed'}", flush=True)
    return met


def seeks(services: Services, asset: Asset, count: int, *, by_proxy: bool) -> float:
    """The median of ``count`` random seeks, in ms."""
    chance = random.Random(1)
    pool = services.pool(by_proxy=by_proxy)
    source = pool.video(asset)
    source.frame(0)
    times = [timed(lambda: source.frame(chance.randrange(len(source.index)))) for _ in range(count)]
    pool.close()
    return 1000 * statistics.median(times)


def measure_seeks(services: Services, asset: Asset) -> bool:
    """Seeks by proxy and in the film."""
    mine = seeks(services, asset, SEEKS, by_proxy=True)
    theirs = seeks(services, asset, FILM_SEEKS, by_proxy=False)
    met = told("median random seek by proxy", mine, 3, "ms")
    return told(f"share of the seek in the film ({theirs:.0f} ms)", mine / theirs, 1 / 50, "") and met


def measure_thumbnails(film: Path) -> bool:
    """The first look along a film that nobody has seen: 100 pictures, of which it has as many as key frames."""
    services = make_services()
    asset = services.ingest.asset(film, CONTEXT)
    services.indexes.index(asset)
    video = asset.info.video
    place = services.cache.folder(asset.fingerprint, "index") / f"{video.index if video else 0}-v{INDEX_VERSION}.npz"
    with tempfile.NamedTemporaryFile() as out:
        request = glance_request(asset, place, Path(out.name), THUMBNAILS)
        met = told(
            "100 thumbnails of a new film",
            timed(lambda: services.workers.call(GLANCE_HANDLER, request, context=CONTEXT)),
            2,
            "s",
        )
    services.close()
    return met


def main() -> int:
    """Measure, where the film and ffmpeg are there."""
    missing, film = lacking(), find_film()
    if missing or film is None:
        print(f"skipped: {missing}")
        return 0
    with tempfile.TemporaryDirectory(prefix="insomnia-bench-") as name:
        folder = Path(name)
        os.environ["INSOMNIA_HOME"] = str(folder / "home")
        long = repeated(film, int(os.environ.get("INSOMNIA_BENCH_SECONDS", "300")), folder / "film.mp4")
        print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.2f}", flush=True)
        met = measure_thumbnails(long)
        services = make_services()
        asset = services.ingest.asset(long, CONTEXT)
        services.ingest.import_media(asset, CONTEXT)
        services.ingest.scenes(asset, CONTEXT)
        met &= measure_seeks(services, asset)
        services.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
