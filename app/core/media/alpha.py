"""Transparency that VP8 and VP9 films carry beside the picture: FFmpeg's own decoders drop it."""

from __future__ import annotations

from typing import cast

import av
from av import VideoCodecContext, VideoStream
from av.codec.codec import UnknownCodecError

_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


def says_alpha(stream: VideoStream) -> bool:
    """Whether the container says that transparency lies beside the pictures (WebM, tag ``alpha_mode``)."""
    return stream.metadata.get("alpha_mode") == "1" or stream.metadata.get("ALPHA_MODE") == "1"


def alpha_decoder(stream: VideoStream) -> VideoCodecContext | None:
    """A decoder of its own for a stream whose transparency the usual one drops; else None."""
    name = _DECODERS.get(stream.codec_context.codec.canonical_name)
    if name is None or not says_alpha(stream):
        return None
    try:
        found = cast("VideoCodecContext", av.CodecContext.create(name, "r"))
    except UnknownCodecError:
        return None
    found.extradata = stream.codec_context.extradata
    found.thread_count = 1
    return found
