"""What this build of the media libraries can read and write, found by trying."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
import av.codec
from av.codec.codec import UnknownCodecError

from app.core.media.pyav_errors import FFmpegError

# What films are usually made of, in the words of ffmpeg.
_DECODERS = (
    "h264 hevc av1 vp9 vp8 mpeg4 mpeg2video prores dnxhd mjpeg ffv1 png"
    " aac mp3 opus vorbis flac alac ac3 eac3 dca pcm_s16le pcm_s24le"
)
# Those that exports use, then those of graphics cards.
_VIDEO_ENCODERS = "libx264 h264_nvenc h264_qsv h264_vaapi h264_amf h264_videotoolbox"
_AUDIO_ENCODERS = "aac"


@dataclass(frozen=True, slots=True)
class Abilities:
    """Versions by library, decoders by whether they are there, encoders by whether they open here."""

    ffmpeg: str
    libraries: tuple[tuple[str, str], ...]
    decoders: tuple[tuple[str, bool], ...]
    encoders: tuple[tuple[str, bool], ...]


def abilities() -> Abilities:
    """Look at what is there; takes a few hundredths of a second, more where a graphics card answers."""
    versions = ((name, ".".join(map(str, version))) for name, version in av.library_versions.items())
    video = ((name, _video_encoder_opens(name)) for name in _VIDEO_ENCODERS.split())
    audio = ((name, _audio_encoder_opens(name)) for name in _AUDIO_ENCODERS.split())
    return Abilities(
        ffmpeg=str(av.ffmpeg_version_info),
        libraries=tuple(versions),
        decoders=tuple((name, _has_decoder(name)) for name in _DECODERS.split()),
        encoders=(*video, *audio),
    )


def _has_decoder(name: str) -> bool:
    try:
        av.codec.Codec(name, "r")
    except UnknownCodecError:
        return False
    return True


def _video_encoder_opens(name: str) -> bool:
    try:
        encoder = cast("av.VideoCodecContext", av.CodecContext.create(name, "w"))
        encoder.width, encoder.height, encoder.pix_fmt = 640, 360, "yuv420p"
        encoder.time_base = Fraction(1, 25)
        encoder.open()
    except (UnknownCodecError, FFmpegError):
        return False
    return True


def _audio_encoder_opens(name: str) -> bool:
    try:
        encoder = cast("av.AudioCodecContext", av.CodecContext.create(name, "w"))
        encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "fltp"
        encoder.open()
    except (UnknownCodecError, FFmpegError):
        return False
    return True
