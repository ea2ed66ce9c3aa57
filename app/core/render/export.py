"""Writes a film: frames and sound of a plan, encoded, checked, and only then given its name."""

from __future__ import annotations

import time as clock
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import is_file, removed_on_failure
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.pool import check_asset_file
from app.core.media.writer import AudioSettings, MovieWriter, VideoSettings
from app.core.model.asset import Asset
from app.core.render.check import Check, Expected, check
from app.core.render.compositor import Compositor, PictureSources
from app.core.render.mixer import Mixer, SoundSources
from app.core.render.plan import RenderPlan
from app.core.render.preset import ExportPreset, Quality
from app.core.render.target import choose_target, publish, reserve_part

_SOUND_PIECE = time.SECOND // 2  # sound is mixed and encoded in pieces of about this length
_ENCODING_SHARE = 0.98  # of the progress; the rest is finishing and checking


class MediaSources(PictureSources, SoundSources, Protocol):
    """Where open media come from (``media.pool``)."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export made. ``seconds`` is how long it took; ``encoder`` the real settings of x264."""

    output: str
    frames: int
    duration: Flicks
    copied_frames: int
    encoded_frames: int
    seconds: float
    encoder: str
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]


def export(
    plan: RenderPlan,
    out_path: Path,
    preset: ExportPreset,
    quality: str,
    pool: MediaSources,
    context: JobContext,
    *,
    overwrite: bool = False,
    precious: Iterable[Path] = (),
) -> ExportResult:
    """Write ``plan`` to ``out_path``. Blocks; runs in a thread of its own, which owns ``pool``.

    ``precious`` are files that must not be written over besides the media of the plan: the
    project's own, its other media. Whatever stops the export, nothing stands under the final
    name; only a kill leaves the hidden part, which the next export of the same name removes.

    Raises:
        UserError: media missing or changed, target refused, disk full, a check failed.
        Cancelled: ``context`` was cancelled.
    """
    began = clock.monotonic()
    chosen = preset.quality(quality)
    _require_media(plan.assets)
    media = [Path(asset.path) for asset in plan.assets]
    target = choose_target(out_path, preset.extensions, (*media, *precious), overwrite)
    part = reserve_part(target)
    mixer = Mixer(plan, pool)
    video, audio = _settings(plan, preset, chosen)
    with removed_on_failure(part):
        with MovieWriter(part, video, audio, preset.container, duration=plan.end - plan.start, target=target) as writer:
            _feed(writer, plan, Compositor(plan, pool), mixer, context)
            written = writer.finish(context.check)
        context.report(_ENCODING_SHARE, "checking")
        checks = check(part, _expected(plan), context.check)
        _require_checks(target, checks)
        context.check()
        publish(part, target, overwrite)
    return ExportResult(
        output=str(out_path),
        frames=written.frames,
        duration=plan.end - plan.start,
        copied_frames=0,
        encoded_frames=written.frames,
        seconds=clock.monotonic() - began,
        encoder=written.encoder,
        warnings=(*plan.warnings, *_mixing_warnings(mixer)),
        checks=checks,
    )


def _require_media(assets: Iterable[Asset]) -> None:
    """Say which media are missing or changed before a long export starts, all of them at once."""
    missing = [asset.path for asset in assets if not is_file(asset.path)]
    if missing:
        raise UserError(", ".join(missing), "media of the film are missing", "put them back or relink them")
    changed = [asset.path for asset in assets if not _is_unchanged(asset)]
    if changed:
        why = "media of the film are no longer the files that were imported"
        raise UserError(", ".join(changed), why, "put the old files back or relink them")


def _is_unchanged(asset: Asset) -> bool:
    try:
        check_asset_file(asset)
    except UserError:
        return False
    return True


def _feed(writer: MovieWriter, plan: RenderPlan, compositor: Compositor, mixer: Mixer, context: JobContext) -> None:
    """Decoding, composing and encoding from this one thread: the decoder and x264 have threads of
    their own that work while the other is being fed, so another one here would bring nothing."""
    piece = max(1, time.frames_covering(_SOUND_PIECE, plan.rate))
    heard = plan.start_sample
    for number in range(plan.start_frame, plan.end_frame):
        done = number - plan.start_frame
        context.report(_ENCODING_SHARE * done / plan.frames, f"frame {done} of {plan.frames}")
        writer.write_picture(compositor.frame(number))
        if plan.sound and ((done + 1) % piece == 0 or number + 1 == plan.end_frame):
            until = time.sample_at(time.frame_start(number + 1, plan.rate), plan.audio_rate)
            writer.write_sound(mixer.samples(heard, until - heard))
            heard = until


def _settings(plan: RenderPlan, preset: ExportPreset, quality: Quality) -> tuple[VideoSettings, AudioSettings | None]:
    video = VideoSettings(
        plan.width,
        plan.height,
        plan.rate,
        crf=quality.crf,
        speed=preset.speed,
        color=plan.color,
        codec=preset.video_codec,
    )
    if not plan.sound:
        return video, None
    bit_rate = max(quality.audio_bit_rate * plan.channels // 2, 32_000)
    return video, AudioSettings(plan.audio_rate, plan.channels, bit_rate, preset.audio_codec)


def _expected(plan: RenderPlan) -> Expected:
    samples = plan.end_sample - plan.start_sample if plan.sound else None
    return Expected(plan.width, plan.height, plan.rate, plan.frames, plan.audio_rate, plan.channels, samples)


def _require_checks(target: Path, checks: tuple[Check, ...]) -> None:
    failed = [f"{each.name} ({each.detail})" for each in checks if not each.ok]
    if failed:
        why = f"the finished film is not what was planned: {', '.join(failed)}"
        raise UserError(str(target), why, "nothing was kept; try again, and report it if it happens again")


def _mixing_warnings(mixer: Mixer) -> tuple[str, ...]:
    if not mixer.clipped:
        return ()
    return (f"{mixer.clipped} sound samples were too loud and were cut to full scale: lower the gain",)
