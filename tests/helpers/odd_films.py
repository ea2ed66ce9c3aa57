"""Odd films of every kind by name: how to make each, and what a careful person says of it (fields of the probe)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.helpers.field_pictures import make_field_pictures
from tests.helpers.iso_boxes import set_edits, set_matrix
from tests.helpers.lost_stamps import drop_every_other_stamp, stamp_by_decoding
from tests.helpers.media import make_film
from tests.helpers.shaped_films import make_shaped

_X265 = "log-level=error:pools=none:frame-threads=1:keyint=12:min-keyint=12:scenecut=0"
_HDR = "colorprim=bt2020:transfer={}:colormatrix=bt2020nc"
_ALT_REF = {"deadline": "good", "cpu-used": "5", "auto-alt-ref": "1", "lag-in-frames": "16"}
_FRAME = 512  # of 12,800 parts of a second, which FFmpeg takes for 25 frames a second in MP4
_LEAD = 1024  # the first picture's stamp with two B-frames in a row
# Films of two fields: their names' ends, encoders and pixel formats.
_WITH_FIELDS = (
    ("prores.mov", "prores_ks", "yuv422p10le"),
    ("prores.mkv", "prores_ks", "yuv422p10le"),
    ("ffv1.mkv", "ffv1", "yuv420p"),
    ("raw.mov", "rawvideo", "uyvy422"),
    ("rle.mov", "qtrle", "rgb24"),  # says nothing of fields in its pictures
    ("png.mov", "png", "rgb24"),
    ("mpeg2.mpg", "mpeg2video", "yuv420p"),
    ("mpeg2.mkv", "mpeg2video", "yuv420p"),
    ("mpeg4.avi", "mpeg4", "yuv420p"),
    ("mpeg4.mp4", "mpeg4", "yuv420p"),
)
_RATES = {
    "23.976": Fraction(24000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "48": Fraction(48),
    "50": Fraction(50),
    "59.94": Fraction(60000, 1001),
    "60": Fraction(60),
    "100": Fraction(100),
    "119.88": Fraction(120000, 1001),
    "120": Fraction(120),
}


@dataclass(frozen=True)
class Odd:
    """``says``: values by dotted name in the probe's JSON; ``warning``: part of one; ``numbers``: those shown."""

    make: Callable[[Path], object]
    says: Mapping[str, object]
    warning: str = ""
    numbers: tuple[int, ...] | None = field(default=None)


def _film(**options: Any) -> Callable[[Path], object]:
    return lambda path: make_film(path, **{"frames": 40, "audio": False, **options})


def _shaped(**options: Any) -> Callable[[Path], object]:
    return lambda path: make_shaped(path, **options)


def _edited(*edits: tuple[int, int]) -> Callable[[Path], object]:
    return lambda path: set_edits(make_film(path, frames=60, audio=False).path, edits)


def _turned(*matrix: int) -> Callable[[Path], object]:
    return lambda path: set_matrix(make_film(path, frames=12, audio=False).path, matrix)


def _joined(second_first: bool) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        early, late = path.with_name("early.ts"), path.with_name("late.ts")
        make_film(early, frames=30, audio_codec="mp2")
        make_film(late, frames=30, audio_codec="mp2", first_number=30, container_options={"output_ts_offset": "10"})
        parts = (late, early) if second_first else (early, late)
        path.write_bytes(b"".join(part.read_bytes() for part in parts))

    return make


def _said(**fields: object) -> dict[str, object]:
    return {f"video.{name.replace('__', '.')}": value for name, value in fields.items()}


def _rates() -> dict[str, Odd]:
    found = {}
    for name, rate in _RATES.items():
        says = _said(rate=f"{rate.numerator}/{rate.denominator}", variable_rate=False, frames=40, start=0.0)
        for kind in ("mp4", "mov", "mkv", "ts"):
            found[f"{name}.{kind}"] = Odd(_film(rate=rate), says)
        found[f"{name}.webm"] = Odd(_film(rate=rate, codec="libvpx-vp9"), says)
        if rate.numerator < 1 << 16:  # MPEG-4 has no room for more
            found[f"{name}.avi"] = Odd(_film(rate=rate, codec="mpeg4"), says)
        if rate <= 60 and rate != 48:  # MPEG-2 has no number for the others
            found[f"{name}.mpg"] = Odd(_film(rate=rate, codec="mpeg2video"), says)
    return found


def _variable() -> dict[str, Odd]:
    telecine = tuple(5005 * k if k < 20 else 20 * 5005 + (k - 20) * 4004 for k in range(40))
    phone = tuple(3003 * k + k * 7919 % 400 for k in range(40))
    gap = tuple(3600 * k + (900_000 if k > 20 else 0) for k in range(40))
    varies = _said(variable_rate=True, frames=40, start=0.0)
    found = {}
    for kind in ("mp4", "mkv", "ts"):
        for name, stamps, base in (("telecine", telecine, 120_000), ("phone", phone, 90_000), ("gap", gap, 90_000)):
            make = _film(timestamps=stamps, time_base=Fraction(1, base))
            found[f"{name}.{kind}"] = Odd(make, varies, "its frame rate varies")
    return found


def _times() -> dict[str, Odd]:
    clean = {"avoid_negative_ts": "disabled"}
    late = {"output_ts_offset": "36000"}
    wrapped = {"output_ts_offset": "95442.5"}
    return {
        "trimmed.mp4": Odd(_edited((1000, _LEAD + 7 * _FRAME)), _said(frames=25, start=0.0), "", tuple(range(7, 32))),
        "trimmed.mov": Odd(_film(audio=True, video_start=-1, audio_start=-1), _said(frames=15, start=0.0)),
        "late.mp4": Odd(_edited((500, -1), (1000, _LEAD)), _said(frames=25, start=0.0), "", tuple(range(25))),
        # FFmpeg shows the last picture before the gap one frame longer.
        "skips.mp4": Odd(
            _edited((600, _LEAD), (600, _LEAD + 40 * _FRAME)), _said(frames=30), "varies", (*range(15), *range(40, 55))
        ),
        "reordered.mp4": Odd(
            _edited((600, _LEAD + 40 * _FRAME), (600, _LEAD)), _said(frames=30), "", (*range(40, 55), *range(15))
        ),
        "repeats.mp4": Odd(_edited(*[(400, _LEAD)] * 3), _said(frames=30), "", (*range(10),) * 3),
        "negative.mkv": Odd(
            _film(audio=True, video_start=-1, audio_start=-1, container_options=clean), _said(frames=40, rate="25/1")
        ),
        "afternoon.ts": Odd(_film(audio=True, audio_codec="mp2", container_options=late), _said(frames=40)),
        "wrapped.ts": Odd(_film(audio=True, audio_codec="mp2", container_options=wrapped), _said(frames=40)),
        "joined_back.ts": Odd(_joined(True), _said(frames=60, variable_rate=False), "its clock starts anew"),
        "joined_on.ts": Odd(_joined(False), _said(frames=60), "its frame rate varies"),
        **{
            f"one.{kind}": Odd(_film(frames=1, bframes=0, codec=codec), {"kind": "video", **_said(frames=1, start=0.0)})
            for kind, codec in (("mp4", "libx264"), ("mkv", "libx264"), ("ts", "libx264"), ("avi", "mpeg4"))
        },
    }


def _streams() -> dict[str, Odd]:
    raw = _said(frames=40, start=0.0, variable_rate=False)
    pyramid = {"x264-params": "open-gop=1:b-pyramid=normal:bframes=5:keyint=15:scenecut=0"}
    cra = {"x265-params": f"{_X265}:open-gop=1:bframes=4"}
    found = {
        "raw.h264": Odd(_film(), raw),
        "raw.hevc": Odd(_film(codec="libx265", codec_options=cra), raw),
        "raw.m2v": Odd(_film(codec="mpeg2video"), raw),
        "raw.m4v": Odd(_film(codec="mpeg4", container_format="m4v"), _said(frames=40)),
        "raw.mjpeg": Odd(_shaped(codec="mjpeg", pixel_format="yuvj420p"), _said(frames=20, codec="mjpeg")),
        "raw.ivf": Odd(_film(codec="libvpx-vp9", codec_options=_ALT_REF), raw),
        "raw.y4m": Odd(_shaped(codec="wrapped_avframe", container_format="yuv4mpegpipe"), _said(frames=20)),
        "open.avi": Odd(_film(codec_options=pyramid), _said(frames=40, variable_rate=False)),
        "alt_ref.webm": Odd(_film(codec="libvpx-vp9", codec_options=_ALT_REF), raw),
        "alt_ref8.webm": Odd(_film(codec="libvpx", codec_options=_ALT_REF), raw),
        "av1.mp4": Odd(_shaped(codec="libsvtav1", frames=40), _said(frames=40, codec="av1")),
        "av1.mkv": Odd(_shaped(codec="libsvtav1", frames=40), _said(frames=40, codec="av1")),
        "refresh.ts": Odd(_film(codec_options={"x264-params": "intra-refresh=1:keyint=20"}), raw),
    }
    for kind in ("mp4", "mkv", "ts"):
        found[f"pyramid.{kind}"] = Odd(_film(codec_options=pyramid), raw)
        found[f"cra.{kind}"] = Odd(_film(codec="libx265", codec_options=cra), _said(frames=40, codec="hevc"))
    return found


def _lost() -> dict[str, Odd]:
    """Pictures that share a stamp with others, and pictures stamped in the order of decoding."""
    plain = _said(frames=40, rate="25/1", variable_rate=False)

    def halved(path: Path) -> None:
        drop_every_other_stamp(make_film(path, frames=40, audio=False).path)

    def stamped(path: Path) -> None:
        source = make_film(path.with_name("source.ts"), frames=40, audio=False)
        stamp_by_decoding(source.path, path)

    found = {"halved.ts": Odd(halved, plain)}
    for codec in ("libx264", "libx265"):
        shared = _film(codec=codec, audio=True, audio_codec="mp2", container_format="vob")
        found[f"{codec.removeprefix('lib')}.vob"] = Odd(shared, plain)
    for kind in ("mp4", "mov", "mkv", "ts", "flv", "mxf"):
        found[f"decoding.{kind}"] = Odd(stamped, plain, "", tuple(range(40)))
    return found


def _in_fields(path: Path) -> None:
    make_field_pictures(path, 30)
    if path.suffix == ".ts":
        drop_every_other_stamp(path)


def _fields() -> dict[str, Odd]:
    ways = {"flags": "+ildct+ilme"}
    found = {}
    for order in ("tff", "bff"):
        # The frames must say their order: FFmpeg has x264 follow them, whatever its own options say.
        for kind in ("mp4", "ts", "mkv"):
            found[f"{order}.{kind}"] = Odd(_shaped(options=ways, fields=order), _said(interlaced=order, frames=20))
        # As FFmpeg tags interleaved lines, whichever field is shown first.
        tagged = {"flags": "+ildct+ilme", "field_order": "tb" if order == "tff" else "bt"}
        for name, codec, pixels in _WITH_FIELDS:
            options = {**tagged, "flags": "+ildct+ilme+qscale", "bf": "0"} if codec.startswith("mpeg") else tagged
            make = _shaped(codec=codec, pixel_format=pixels, options=options, fields=order)
            found[f"{order}_{name}"] = Odd(make, _said(interlaced=order, frames=20))
    # This encoder says bottom field first of frames that say nothing.
    mpeg2 = _film(height=96, codec="mpeg2video", codec_options=ways)
    found["bff.mpg"] = Odd(mpeg2, _said(interlaced="bff", frames=40))
    for kind in ("ts", "vob"):
        found[f"fields.{kind}"] = Odd(_in_fields, _said(interlaced="tff", frames=30, rate="25/1", variable_rate=False))
    dv = _shaped(codec="dvvideo", width=720, height=576, aspect=Fraction(16, 15), frames=8)
    found["dv.avi"] = Odd(dv, _said(interlaced="bff", width=768, height=576, coded_width=720, frames=8))
    return found


def _shapes() -> dict[str, Odd]:
    turns = {
        "turned90.mp4": ((0, 1, -1, 0, 90, 0), 90, False, (90, 160)),
        "turned180.mp4": ((-1, 0, 0, -1, 160, 90), 180, False, (160, 90)),
        "turned270.mov": ((0, -1, 1, 0, 0, 160), 270, False, (90, 160)),
        "mirrored.mp4": ((-1, 0, 0, 1, 160, 0), 0, True, (160, 90)),
        "flipped.mp4": ((1, 0, 0, -1, 0, 90), 180, True, (160, 90)),
        "mirrored90.mp4": ((0, -1, -1, 0, 90, 160), 90, True, (90, 160)),
    }
    found = {
        name: Odd(_turned(*matrix), _said(rotation=turn, mirrored=mirror, width=size[0], height=size[1]))
        for name, (matrix, turn, mirror, size) in turns.items()
    }
    wide = _said(sample_aspect="64/45", width=1024, coded_width=720, height=576)
    for kind in ("mp4", "mkv", "ts"):
        found[f"wide.{kind}"] = Odd(_shaped(width=720, height=576, aspect=Fraction(64, 45), frames=6), wide)
    odd = _said(width=161, height=97, coded_width=161, coded_height=97, frames=20)
    for name, codec, pixels in (
        ("odd.mkv", "ffv1", "yuv420p"),
        ("odd444.mp4", "libx264", "yuv444p"),
        ("odd.webm", "libvpx-vp9", "yuv420p"),
        ("odd.avi", "mjpeg", "yuvj420p"),
        ("odd.mov", "png", "rgb24"),
    ):
        found[name] = Odd(_shaped(width=161, height=97, codec=codec, pixel_format=pixels), odd)
    return found


def _pixels() -> dict[str, Odd]:
    found = {}
    for name, codec, pixels, depth in (
        ("422.mp4", "libx264", "yuv422p", 8),
        ("444.mp4", "libx264", "yuv444p", 8),
        ("10.mp4", "libx264", "yuv420p10le", 10),
        ("422_10.mp4", "libx264", "yuv422p10le", 10),
        ("444_10.mkv", "libx264", "yuv444p10le", 10),
        ("12.mp4", "libx265", "yuv420p12le", 12),
        ("rgb.mp4", "libx265", "gbrp", 8),
        ("v210.mov", "v210", "yuv422p10le", 10),
        ("prores.mov", "prores_ks", "yuv422p10le", 10),
        ("grey.mkv", "ffv1", "gray", 8),
        ("grey16.mkv", "ffv1", "gray16le", 16),
        ("uyvy.mov", "rawvideo", "uyvy422", 8),
    ):
        says = _said(pixel_format=pixels, bit_depth=depth, alpha=False, frames=20, hdr=None)
        found[name] = Odd(_shaped(codec=codec, pixel_format=pixels), says)
    for name, codec, pixels, shown in (
        ("alpha.webm", "libvpx-vp9", "yuva420p", "yuva420p"),
        ("alpha8.webm", "libvpx", "yuva420p", "yuva420p"),
        ("alpha.mov", "prores_ks", "yuva444p10le", "yuva444p12le"),
        ("alpha_png.mov", "png", "rgba", "rgba"),
        ("alpha_rle.mov", "qtrle", "argb", "argb"),
        ("alpha.mkv", "ffv1", "yuva420p", "yuva420p"),
    ):
        found[name] = Odd(_shaped(codec=codec, pixel_format=pixels), _said(alpha=True, frames=20, pixel_format=shown))
    for name, curve, kind in (("pq.mp4", "smpte2084", "pq"), ("hlg.mkv", "arib-std-b67", "hlg")):
        options = {"x264-params": _HDR.format(curve)}
        says = _said(hdr=kind, color__primaries="bt2020", color__transfer=curve, color__matrix="bt2020nc", bit_depth=10)
        found[name] = Odd(_shaped(pixel_format="yuv420p10le", options=options), says)
    full = {"color_range": "pc", "x264-params": "fullrange=on"}
    found["full.mp4"] = Odd(_shaped(options=full, pixel_format="yuvj420p"), _said(color__range="full"))
    found["anim.gif"] = Odd(
        _shaped(codec="gif", pixel_format="gray", steps=(10, 20, 5), rate=100),
        {"kind": "video", **_said(frames=20, variable_rate=True, alpha=False)},
        "its frame rate varies",
    )
    found["anim.apng"] = Odd(
        _shaped(codec="apng", pixel_format="rgb24", rate=10), {"kind": "video", **_said(frames=20, rate="10/1")}
    )
    found["anim.avif"] = Odd(
        _shaped(codec="libsvtav1", rate=10), {"kind": "video", **_said(frames=20, rate="10/1", start=0.0)}
    )
    return found


ODD: Mapping[str, Odd] = {
    **_rates(),
    **_variable(),
    **_times(),
    **_streams(),
    **_lost(),
    **_fields(),
    **_shapes(),
    **_pixels(),
}
