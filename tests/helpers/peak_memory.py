"""One piece of work on one film, as a process of its own: ``python -m tests.helpers.peak_memory WORK FILM``.

WORK is ``import``, ``play`` or ``export``. Prints the most memory that this process held, and that its workers
held together, in kB.
"""

from __future__ import annotations

import os
import sys
import time as clock_time
from fractions import Fraction
from pathlib import Path

from app.core.base import time
from app.core.base.ids import new_id
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.model.sequence import Sequence, SequenceFormat, Track
from app.core.render.export import export
from app.core.render.plan import RenderPlan, make_plan
from app.core.render.player import Player
from app.core.render.preset import find_preset
from app.core.render.sound_feed import SoundFeed
from app.core.render.target import Destination
from app.core.session.services import Services
from app.main import make_services

CUTS = 50
_PATIENCE = 30.0
_HALF = Fraction(1, 2)


def cut_plan(asset: Asset) -> RenderPlan:
    """The whole film in fifty pieces as long as each other, neighbours exchanged."""
    video = asset.info.video
    assert video is not None
    frame = time.frame_duration(video.rate)
    length = time.frame_at(asset.info.duration or 0, video.rate) // CUTS
    starts = [(number ^ 1) * length * frame for number in range(CUTS)]
    rows = [tuple(Clip(new_id(), asset.id, start, length * frame) for start in starts) for _ in range(2)]
    tracks = Track(new_id(), "video", "V1", rows[0]), Track(new_id(), "audio", "A1", rows[1])
    size = SequenceFormat(video.width, video.height, video.rate)
    sequence = Sequence(new_id(), "Cuts", size, (tracks[0],), (tracks[1],))
    return make_plan(Project(new_id(), "Cuts", (asset,), (sequence,)), sequence)


class _Device:
    """Loudspeakers and a clock that run as fast as the pictures come."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._feed: SoundFeed | None = None
        self._rate = self._heard = 0

    def now(self) -> float:
        return self.seconds

    def start(self, feed: SoundFeed, rate: int, channels: int) -> bool:
        self._feed, self._rate = feed, rate
        return True

    def stop(self) -> None:
        self._feed = None

    def heard(self) -> float:
        return self.seconds

    def go_on(self, seconds: float) -> None:
        """Hear everything up to ``seconds``."""
        wanted = round(seconds * self._rate) - self._heard
        if self._feed is not None and wanted > 0:
            self._feed.take(wanted)
            self._heard += wanted
        self.seconds = seconds


def play(services: Services, plan: RenderPlan) -> None:
    """Play the whole plan, each picture as soon as it is made."""
    device = _Device()
    player = Player(lambda: services.pool(by_proxy=True), device, device.now)
    troubles: list[BaseException] = []
    try:
        player.failed.subscribe(troubles.append)
        player.broken.subscribe(troubles.append)
        player.set_plan(plan)
        player.play()
        shown, deadline = 0, clock_time.monotonic() + _PATIENCE
        while player.playing:
            if troubles or clock_time.monotonic() > deadline:
                raise RuntimeError(f"playing stopped after {shown} pictures: {troubles}")
            picture = player.due()
            if picture is None:
                clock_time.sleep(0.0005)
                continue
            shown, deadline = shown + 1, clock_time.monotonic() + _PATIENCE
            device.go_on(float((picture.number + 1 + _HALF) / plan.rate))
        if shown < plan.end_frame - plan.start_frame - 2:
            raise RuntimeError(f"only {shown} of {plan.end_frame} pictures were shown")
    finally:
        player.close()


def main(work: str, film: Path) -> None:
    """Do ``work`` on ``film`` in the profile of the environment."""
    services = make_services()
    try:
        _work(services, work, film)
        # Not ru_maxrss: a child's begins with that of the process that started it.
        print(_peak(os.getpid()), sum(map(_peak, services.workers.pids)))
    finally:
        services.close()


def _work(services: Services, work: str, film: Path) -> None:
    asset = services.ingest.asset(film, InlineContext())
    if work == "import":
        services.ingest.import_media(asset, InlineContext())
        services.ingest.scenes(asset, InlineContext())
    elif work == "play":
        play(services, cut_plan(asset))
    else:
        pool = services.pool()
        out = Destination(film.with_name("exported.mp4"), overwrite=True)
        export(cut_plan(asset), out, find_preset("mp4"), "low", pool, InlineContext())
        pool.close()


def _peak(process: int) -> int:
    """The most memory that a process held, in kB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
