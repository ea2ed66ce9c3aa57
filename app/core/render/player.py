"""Plays a plan: pictures made ahead in one thread, sound in another, led by the sound that is heard.

The player knows no window. Whoever shows the pictures asks :meth:`Player.due` at every refresh;
whoever has loudspeakers implements :class:`SoundOutput`. Preview is the exporter's own compositor
and mixer, only smaller.
"""

from __future__ import annotations

import threading
import time as clock_time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import av

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.events import Event
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job, JobState
from app.core.jobs.pool import ThreadPool
from app.core.render import planes
from app.core.render.compositor import Compositor, PictureSources
from app.core.render.mixer import Mixer, SoundSources
from app.core.render.plan import RenderPlan
from app.core.render.screen import ScreenPictures
from app.core.render.sound_feed import SoundFeed

PICTURES_AHEAD = 8
_SOUND_PIECE = 2048
_SOUND_AHEAD = 24_000
_GLANCE = 0.2


class Sources(PictureSources, SoundSources, Protocol):
    """Open media for one thread (``media.pool.MediaPool``)."""

    def close(self) -> None:
        """Give all files back."""


class SoundOutput(Protocol):
    """Loudspeakers. All calls come from the thread that owns the player; none may wait."""

    def start(self, feed: SoundFeed, rate: int, channels: int) -> bool:
        """Begin to play ``feed``; False where there is no device."""

    def stop(self) -> None:
        """Be silent at once."""

    def heard(self) -> float | None:
        """Seconds of the feed that were heard since the start; None when the device is gone or stuck."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture ready for a screen: 32-bit BGRX rows of ``stride`` bytes."""

    number: int
    width: int
    height: int
    stride: int
    pixels: memoryview


class Player:
    """Shows one frame, or plays. Methods are for one thread; :attr:`arrived` is emitted in another.

    ``arrived`` says that a still picture is ready for :meth:`due`; ``failed`` that a picture or
    sound could not be made (its place stays black or silent, playing goes on); ``broken`` that
    a fault of ours ended a thread.
    """

    def __init__(
        self,
        open_sources: Callable[[], Sources],
        output: SoundOutput | None = None,
        now: Callable[[], float] = clock_time.monotonic,
    ) -> None:
        self.arrived: Event[None] = Event()
        self.failed: Event[UserError] = Event()
        self.broken: Event[BaseException] = Event()
        self._open_sources = open_sources
        self._output = output
        self._now = now
        self._changed = threading.Condition()
        self._plan: RenderPlan | None = None
        self._generation = 0
        self._ready: deque[ShownPicture] = deque()
        self._next = 0
        self._target = 0
        self._shown: tuple[int, int] | None = None
        self._speed = Fraction(0)
        self._started_at = 0.0
        self._started_frame = 0
        self._leads = False
        self._feed: SoundFeed | None = None
        self._failures: set[str] = set()
        self._pool = ThreadPool("player", 2)
        self._jobs = [
            Job("playback", "pictures", self._make_pictures, on_change=self._job_changed),
            Job("playback", "sound", self._make_sound, on_change=self._job_changed),
        ]
        for job in self._jobs:
            self._pool.put(job)

    # What the owner asks for ------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._speed != 0

    @property
    def speed(self) -> Fraction:
        """1 is real time, negative is backwards, 0 is a still."""
        return self._speed

    @property
    def led_by_sound(self) -> bool:
        """Whether the device's clock leads now; otherwise the computer's does."""
        return self._leads

    def set_plan(self, plan: RenderPlan | None) -> None:
        """Show ``plan`` from now on, at the same frame; None shows nothing."""
        speed, frame = self._speed, self.position()
        self._halt()
        with self._changed:
            self._plan = plan
            self._failures.clear()
            self._begin_at(frame)
        if speed and plan is not None:
            self.play(speed)

    def seek(self, frame: int) -> None:
        """Go to ``frame``; playing goes on from there."""
        speed = self._speed
        self._halt()
        with self._changed:
            self._begin_at(frame)
        if speed:
            self.play(speed)

    def play(self, speed: Fraction | int = 1) -> None:
        """Let time run at ``speed``; only real time forward has sound. At the end it begins anew."""
        frame = self.position()
        self._halt()
        plan = self._plan
        if plan is None or not speed:
            return
        if speed > 0 and frame >= plan.end_frame - 1:
            frame = plan.start_frame
        heard = speed == 1 and plan.sound and self._output is not None
        feed = SoundFeed(plan.channels, _SOUND_AHEAD) if heard else None
        with self._changed:
            self._begin_at(frame)
            self._speed = Fraction(speed)
            self._feed = feed
            self._started_frame = self._target
            self._started_at = self._now()
            self._changed.notify_all()
        if feed is not None and self._output is not None:
            self._leads = self._output.start(feed, plan.audio_rate, plan.channels)

    def pause(self) -> None:
        """Stop at the frame that is shown now."""
        frame = self.position()
        self._halt()
        with self._changed:
            self._begin_at(frame)

    def position(self) -> int:
        """The frame of this moment, within the plan."""
        self._follow_sound()
        return self._frame_now()

    def due(self) -> ShownPicture | None:
        """The picture to show now, if there is a newer one than the last; stops at the ends."""
        plan = self._plan
        if plan is None:
            return None
        frame = self.position()
        with self._changed:
            picture = None
            while self._ready and (not self._speed or self._is_due(self._ready[0].number, frame)):
                picture = self._ready.popleft()
            if picture is not None:
                self._changed.notify_all()
        if self._speed and frame == (plan.end_frame - 1 if self._speed > 0 else plan.start_frame):
            self.pause()
        return picture

    def close(self) -> None:
        """Stop and join both threads; files are given back."""
        self._halt()
        with self._changed:
            for job in self._jobs:
                job.cancel()
            self._changed.notify_all()
        self._pool.stop()
        self._pool.join(clock_time.monotonic() + 10)

    # Under the lock ---------------------------------------------------------------------------

    def _begin_at(self, frame: int) -> None:
        """Forget what is made and aim at ``frame``."""
        plan = self._plan
        self._target = frame if plan is None else min(max(frame, plan.start_frame), plan.end_frame - 1)
        self._next = self._target
        self._generation += 1
        self._ready.clear()
        self._shown = None
        self._changed.notify_all()

    # Time -------------------------------------------------------------------------------------

    def _halt(self) -> None:
        if self._leads and self._output is not None:
            self._output.stop()
        with self._changed:
            self._target = self.position()
            self._speed = Fraction(0)
            self._leads = False
            self._feed = None
            self._changed.notify_all()

    def _follow_sound(self) -> None:
        """Lay the start of playing where what is heard says it was; go on alone if the device is gone."""
        if not self._leads or self._output is None:
            return
        heard = self._output.heard()
        if heard is not None:
            self._started_at = self._now() - heard
        else:
            self._leads = False
            self._output.stop()

    def _frame_now(self) -> int:
        """The frame of this moment by the clock as it was last set. From any thread."""
        plan = self._plan
        if plan is None or not self._speed:
            return self._target
        moved = Fraction(self._now() - self._started_at) * self._speed * plan.rate
        frame = self._started_frame + (moved.numerator // moved.denominator)
        return min(max(frame, plan.start_frame), plan.end_frame - 1)

    def _is_due(self, number: int, frame: int) -> bool:
        return number <= frame if self._speed > 0 else number >= frame

    # Pictures, in their own thread ------------------------------------------------------------

    def _make_pictures(self, context: JobContext) -> None:
        sources = self._open_sources()
        try:
            screen, compositor, plan_made = ScreenPictures(), None, None
            while True:
                context.check()
                work = self._next_picture()
                if work is None:
                    continue
                generation, plan, number, still = work
                if compositor is None or plan is not plan_made:
                    compositor, plan_made = Compositor(plan, sources), plan
                picture = self._picture(compositor, screen, plan, number)
                if self._deliver(picture, generation) and still:
                    self.arrived.emit(None)
        finally:
            sources.close()

    def _next_picture(self) -> tuple[int, RenderPlan, int, bool] | None:
        """What to make next, after a wait; None says to look again."""
        with self._changed:
            plan = self._plan
            if plan is None:
                self._changed.wait(_GLANCE)
                return None
            if not self._speed:
                if self._shown == (self._generation, self._target):
                    self._changed.wait(_GLANCE)
                    return None
                return self._generation, plan, self._target, True
            number = self._ahead(plan) if len(self._ready) < PICTURES_AHEAD else None
            if number is None:
                self._changed.wait(_GLANCE)
                return None
            return self._generation, plan, number, False

    def _ahead(self, plan: RenderPlan) -> int | None:
        """The next frame worth making: late ones are left out, fast play skips."""
        step = max(1, round(abs(self._speed)))
        frame = self._frame_now()
        if self._speed > 0:
            number = max(self._next, frame)
            self._next = number + step
            return number if number < plan.end_frame else None
        number = min(self._next, frame)
        self._next = number - step
        return number if number >= plan.start_frame else None

    def _deliver(self, picture: ShownPicture, generation: int) -> bool:
        with self._changed:
            if generation != self._generation:
                return False
            self._ready.append(picture)
            self._shown = (generation, picture.number)
            return True

    def _picture(self, compositor: Compositor, screen: ScreenPictures, plan: RenderPlan, number: int) -> ShownPicture:
        frame: av.VideoFrame
        try:
            frame = compositor.frame(number)
        except UserError as error:
            self._fail(error)
            frame = planes.black(plan.width, plan.height)
        shown = screen.picture(frame, plan.color)
        plane = shown.planes[0]
        return ShownPicture(number, plan.width, plan.height, plane.line_size, memoryview(plane))

    def _job_changed(self, job: Job[None]) -> None:
        if job.state is JobState.FAILED and job.error is not None:
            self.broken.emit(job.error)

    def _fail(self, error: UserError) -> None:
        """Say each trouble once until the plan changes."""
        if error.what not in self._failures:
            self._failures.add(error.what)
            self.failed.emit(error)

    # Sound, in its own thread -----------------------------------------------------------------

    def _make_sound(self, context: JobContext) -> None:
        sources = self._open_sources()
        try:
            mixer, plan_mixed, feed_mixed, sample = None, None, None, 0
            while True:
                context.check()
                with self._changed:
                    plan, feed, frame = self._plan, self._feed, self._started_frame
                    if plan is None or feed is None:
                        self._changed.wait(_GLANCE)
                        continue
                if mixer is None or plan is not plan_mixed:
                    mixer, plan_mixed = Mixer(plan, sources), plan
                if feed is not feed_mixed:
                    feed_mixed, sample = feed, time.sample_at(time.frame_start(frame, plan.rate), plan.audio_rate)
                sample = self._feed_sound(mixer, plan, feed, sample)
        finally:
            sources.close()

    def _feed_sound(self, mixer: Mixer, plan: RenderPlan, feed: SoundFeed, sample: int) -> int:
        """Mix one piece if there is room for it; returns the next sample."""
        count = min(_SOUND_PIECE, plan.end_sample - sample)
        if count <= 0:
            feed.end()
            with self._changed:
                self._changed.wait_for(lambda: self._feed is not feed, _GLANCE)
            return sample
        if not feed.wait_for_space(count, _GLANCE):
            return sample
        try:
            feed.add(mixer.samples(sample, count))
        except UserError as error:
            self._fail(error)
            feed.end()
            with self._changed:
                self._changed.wait_for(lambda: self._feed is not feed, _GLANCE)
            return sample
        return sample + count
