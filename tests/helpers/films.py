"""Films of every common container, by name, for tests that must hold for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.helpers.media import Film, make_film

NTSC = Fraction(30000, 1001)
ODD_STEPS = [40 * k + (0, 13, 7)[k % 3] for k in range(60)]
DROPPED = [stamp for k, stamp in enumerate(range(0, 2400, 40)) if k % 7 != 3]
_X265 = "log-level=error:pools=none:frame-threads=1:keyint=12:min-keyint=12:scenecut=0"
_WEBM: Mapping[str, Any] = {"codec": "libvpx-vp9", "audio_codec": "libopus"}

# name -> arguments of make_film beside the path; 60 pictures where nothing else is said.
RECIPES: Mapping[str, Mapping[str, Any]] = {
    "plain.mp4": {},
    "ntsc.mp4": {"rate": NTSC},
    "film.mp4": {"rate": Fraction(24000, 1001)},
    "plain.mkv": {},
    "ntsc.mkv": {"rate": NTSC},
    "fast.mkv": {"rate": Fraction(60000, 1001), "frames": 120},
    "plain.mov": {"audio_codec": "pcm_s16le"},
    "plain.ts": {},
    "open_gop.ts": {"codec_options": {"x264-params": "open-gop=1"}, "bframes": 3},
    "hevc_open.ts": {"codec": "libx265", "codec_options": {"x265-params": f"{_X265}:open-gop=1:bframes=3"}},
    "hevc.mp4": {"codec": "libx265", "pixel_format": "yuv420p10le", "codec_options": {"x265-params": _X265}},
    "plain.webm": _WEBM,
    "hidden.webm": {
        **_WEBM,
        "codec": "libvpx",
        "codec_options": {"deadline": "good", "cpu-used": "4", "auto-alt-ref": "1", "lag-in-frames": "16"},
    },
    "plain.avi": {"codec": "mpeg4", "bframes": 0, "audio_codec": "pcm_s16le"},
    "bframes.avi": {"codec": "mpeg4", "audio_codec": "mp3"},
    "h264.avi": {"audio_codec": "pcm_s16le"},
    "plain.mpg": {"codec": "mpeg2video", "audio_codec": "mp2"},
    "plain.flv": {},
    "raw.h264": {"audio": False},
    "open_gop.mp4": {"codec_options": {"x264-params": "open-gop=1"}, "bframes": 3},
    "one_key.mp4": {"gop": 9999},
    "fragments.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "edit_list.mp4": {"video_start": Fraction(-10, 25), "audio_start": Fraction(-10, 25)},
    "late_picture.mp4": {"video_start": 2},
    "late_sound.mp4": {"audio_start": Fraction(1, 2)},
    "late_all.mp4": {"video_start": 3, "audio_start": 3},
    "intra.mov": {"codec": "prores_ks", "pixel_format": "yuv422p10le", "audio_codec": "pcm_s16le"},
    "odd_steps.mp4": {"timestamps": ODD_STEPS},
    "odd_steps.mkv": {"timestamps": ODD_STEPS},
    "dropped.mkv": {"timestamps": DROPPED, "frames": len(DROPPED)},
}
ALL = tuple(RECIPES)
# Pictures that the edit list hides at the start.
HIDDEN = {"edit_list.mp4": 10}


def film(folder: Path, name: str) -> Film:
    """Make the film of that name in ``folder``."""
    arguments: dict[str, Any] = {"frames": 60, **RECIPES[name]}
    return make_film(folder / name, **arguments)
