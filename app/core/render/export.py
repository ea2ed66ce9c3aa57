"""Writes a film: frames and sound of a plan, encoded, checked, and only then given its name."""

from __future__ import annotations

import time as clock
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import is_file, removed_on_failure, write_error
from app.core.base.time import Flicks
from app.core.jobs.context import JobContext
from app.core.media.pool import check_asset_file
from app.core.media.timed_text import TextTrack
from app.core.media.writer import AudioSettings, MovieWriter, VideoSettings
from app.core.model.asset import Asset
from app.core.model.transcript import Cue
from app.core.render.check import Check, Expected, check
from app.core.render.compositor import Compositor, PictureSources
from app.core.render.film_subtitles import (
    FilmSubtitles,
    SrtWriter,
    film_cues,
    require_possible,
    text_track,
)
from app.core.render.mixer import Mixer, SoundSources
from app.core.render.plan import RenderPlan, subtitle_file
from app.core.render.preset import ExportPreset, Quality
from app.core.render.target import Destination, choose_target, publish, publish_together, reserve_part
from app.core.render.text import without_glyph

_SOUND_PIECE = time.SECOND // 2  # sound is mixed and encoded in pieces of about this length
_MOST_NAMED = 5
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
    subtitles: FilmSubtitles


def export(
    plan: RenderPlan,
    destination: Destination,
    preset: ExportPreset,
    quality: str,
    pool: MediaSources,
    context: JobContext,
    *,
    as_srt: SrtWriter | None = None,
) -> ExportResult:
    """Write ``plan`` to ``destination``. Blocks; runs in a thread of its own, which owns ``pool``.

    ``as_srt`` is needed for a plan whose subtitles become a file. Whatever stops the export, nothing
    stands under the final names; only a kill leaves the hidden part, which the next export of the
    same name removes.

    Raises:
        UserError: media missing or changed, target refused, disk full, a check failed.
        Cancelled: ``context`` was cancelled.
    """
    began = clock.monotonic()
    chosen = preset.quality(quality)
    require_possible(plan.subtitles, preset)
    _require_media(plan.assets)
    cues = film_cues(plan)
    protected = (*(Path(asset.path) for asset in plan.assets), *destination.precious)
    target = choose_target(destination.path, preset.extensions, protected, destination.overwrite)
    beside = _subtitle_target(plan, cues, destination, protected)
    track = text_track(cues, plan.language) if plan.subtitles == "track" and cues else None
    video, audio = _settings(plan, preset, chosen)
    mixer = Mixer(plan, pool)
    part = reserve_part(target)
    with removed_on_failure(part):
        length = plan.end - plan.start
        with MovieWriter(
            part, video, audio, preset.container, duration=length, target=target, subtitles=track
        ) as writer:
            _feed(writer, plan, Compositor(plan, pool), mixer, context)
            written = writer.finish(context.check)
        context.report(_ENCODING_SHARE, "checking")
        checks = check(part, _expected(plan, track), context.check)
        _require_checks(target, checks)
        context.check()
        if beside is None:
            publish(part, target, destination.overwrite)
        else:
            _publish_with(beside, _srt(cues, as_srt), (part, target), destination.overwrite)
    return ExportResult(
        output=str(destination.path),
        frames=written.frames,
        duration=length,
        copied_frames=0,
        encoded_frames=written.frames,
        seconds=clock.monotonic() - began,
        encoder=written.encoder,
        warnings=(*plan.warnings, *_mixing_warnings(mixer), *_subtitle_warnings(plan, cues)),
        checks=checks,
        subtitles=FilmSubtitles(plan.subtitles, len(cues), str(beside) if beside is not None else None),
    )


def _subtitle_target(
    plan: RenderPlan, cues: Sequence[Cue], destination: Destination, protected: Iterable[Path]
) -> Path | None:
    """Where the subtitle file goes, if there is one to write; refused as the film's own place would be."""
    if plan.subtitles != "file" or not cues:
        return None
    return choose_target(subtitle_file(destination.path), (".srt",), protected, destination.overwrite)


def _srt(cues: Sequence[Cue], as_srt: SrtWriter | None) -> bytes:
    if as_srt is None:
        raise ValueError("a file of subtitles was asked for, and nobody to write its text")
    return as_srt(cues).encode("utf-8")


def _publish_with(beside: Path, data: bytes, film: tuple[Path, Path], overwrite: bool) -> None:
    """The film and the subtitle file ``beside`` it get their names together."""
    part = reserve_part(beside)
    with removed_on_failure(part):
        try:
            part.write_bytes(data)
        except OSError as error:
            raise write_error(beside, error) from error
        publish_together(film, (part, beside), overwrite)


def _subtitle_warnings(plan: RenderPlan, cues: Sequence[Cue]) -> tuple[str, ...]:
    if plan.subtitles == "none":
        return ()
    if not cues:
        return ("no subtitle is shown in this film: there is none in it or beside it",)
    missing = without_glyph(cue.text for cue in cues) if plan.subtitles == "burn" else ()
    if not missing:
        return ()
    named = " ".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in missing[:_MOST_NAMED])
    more = f" and {len(missing) - _MOST_NAMED} more characters" if len(missing) > _MOST_NAMED else ""
    return (f"no font on this computer has {named}{more}: boxes stand in the picture; install one that has them",)


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


def _expected(plan: RenderPlan, track: TextTrack | None) -> Expected:
    samples = plan.end_sample - plan.start_sample if plan.sound else None
    texts = track.texts if track is not None else None
    film = Expected(plan.width, plan.height, plan.rate, plan.frames, plan.audio_rate, plan.channels, samples)
    return replace(film, texts=texts)


def _require_checks(target: Path, checks: tuple[Check, ...]) -> None:
    failed = [f"{each.name} ({each.detail})" for each in checks if not each.ok]
    if failed:
        why = f"the finished film is not what was planned: {', '.join(failed)}"
        raise UserError(str(target), why, "nothing was kept; try again, and report it if it happens again")


def _mixing_warnings(mixer: Mixer) -> tuple[str, ...]:
    if not mixer.clipped:
        return ()
    return (f"{mixer.clipped} sound samples were too loud and were cut to full scale: lower the gain",)
