"""Stills of every kind, photos that want to be turned, very large pictures: described rightly, shown, posted."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from app.cli.shapes import media_document
from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.media.index_build import build_index
from app.core.media.poster import make_poster
from app.core.media.probe import probe
from app.core.media.pyav_source import PyAVVideoSource
from app.core.media.worker import Workers
from tests.helpers.picture_code import draw_number, read_number
from tests.helpers.shaped_films import make_shaped

# clockwise turn, mirrored before
TURNS = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}
ROOT = Path(__file__).resolve().parents[4]


def tiff_with(orientation: int, order: str) -> bytes:
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    entry = struct.pack(f"{order}HHIHH", 274, 3, 1, orientation, 0)
    return head + struct.pack(f"{order}H", 1) + entry + bytes(4)


def photo(path: Path, orientation: int, order: str = "<") -> Path:
    """A JPEG or PNG with a number on it, stored so that the orientation makes it upright."""
    rotation, mirrored = TURNS[orientation]
    luma = np.full((96, 160), 110, dtype=np.uint8)
    draw_number(luma, 77)
    stored = np.rot90(luma, rotation // 90)  # undone by turning clockwise
    stored = stored[:, ::-1] if mirrored else stored
    done, coded = cv2.imencode(path.suffix, np.ascontiguousarray(stored))
    assert done
    data, exif = coded.tobytes(), tiff_with(orientation, order)
    if path.suffix == ".png":
        chunk = b"eXIf" + exif
        place = 33  # behind the signature and the header chunk
        sum_ = struct.pack(">I", zlib.crc32(chunk))
        path.write_bytes(data[:place] + struct.pack(">I", len(exif)) + chunk + sum_ + data[place:])
    else:
        segment = b"Exif\0\0" + exif
        path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[2:])
    return path


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize(("name", "order"), [("a.jpg", "<"), ("b.jpg", ">"), ("a.png", ">")])
def test_photos_are_turned_as_their_exif_says(tmp_path: Path, orientation: int, name: str, order: str) -> None:
    path = photo(tmp_path / name, orientation, order)
    info = probe(path)
    assert info.kind == "image"
    assert info.video is not None
    assert (info.video.rotation, info.video.mirrored) == TURNS[orientation]
    assert (info.video.width, info.video.height) == (160, 96)
    poster = cv2.imdecode(np.frombuffer(make_poster(str(path), info.video, 0), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert poster is not None
    assert read_number(poster) == 77


@pytest.mark.parametrize("damage", range(0, 60, 3))
def test_spoilt_exif_leaves_a_photo_upright(tmp_path: Path, damage: int) -> None:
    path = photo(tmp_path / "a.jpg", 6)
    data = bytearray(path.read_bytes())
    data[2 + damage] ^= 0xFF
    path.write_bytes(bytes(data))
    try:
        info = probe(path)
    except UserError as error:
        refused: str | None = error.what
        assert refused == str(path)
        return
    assert info.video is not None
    assert info.video.rotation in (0, 90)


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "said", "alpha"),
    [
        ("a.png", "png", "rgb24", "rgb24", False),
        ("alpha.png", "png", "rgba", "rgba", True),
        ("grey.png", "png", "gray", "gray", False),
        ("deep.png", "png", "rgb48be", "rgb48be", False),
        ("a.jpg", "mjpeg", "yuvj420p", "yuvj420p", False),
        ("b.jpg", "mjpeg", "yuvj444p", "yuvj444p", False),
        ("a.bmp", "bmp", "bgr24", "bgr24", False),
        ("a.tiff", "tiff", "rgb24", "rgb24", False),
        ("a.webp", "libwebp", "yuv420p", "yuv420p", False),
        ("a.jp2", "jpeg2000", "rgb24", "rgb24", False),
        ("a.tga", "targa", "bgr24", "bgr24", False),
        ("a.qoi", "qoi", "rgb24", "rgb24", False),
        ("a.exr", "exr", "gbrpf32le", "gbrpf32le", False),
        ("a.gif", "gif", "gray", "bgra", False),
    ],
)
@pytest.mark.parametrize("size", [(160, 96), (161, 97)])
def test_stills_of_every_kind(
    tmp_path: Path, name: str, codec: str, pixels: str, said: str, alpha: bool, size: tuple[int, int]
) -> None:
    kind = None if name.endswith(("gif", "webp")) else "image2"
    path = make_shaped(
        tmp_path / name,
        frames=1,
        codec=codec,
        pixel_format=pixels,
        width=size[0],
        height=size[1],
        container_format=kind,
    )
    info = probe(path)
    document: dict[str, Any] = media_document(name, info)
    assert (document["kind"], document["duration"]) == ("image", None)
    video = document["video"]
    assert (video["width"], video["height"], video["frames"]) == (*size, 1)
    assert (video["pixel_format"], video["alpha"]) == (said, alpha)
    source = PyAVVideoSource(path, build_index(path))
    assert [read_number(source.frame(number)) for number in (0, 5, 0)] == [0, 0, 0]
    source.close()


def test_a_photo_in_a_film_container_is_a_photo(tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    make_shaped(path, frames=1, codec="libsvtav1", options={"svtav1-params": "lp=1:avif=1"})
    info = probe(path)
    assert (info.kind, info.container, info.duration) == ("image", "avif", None)


def test_a_photo_in_tiles_is_refused_rather_than_shown_in_part(tmp_path: Path) -> None:
    one = make_shaped(tmp_path / "one.mp4", frames=1)
    path = tmp_path / "tiles.heic"
    with av.open(str(one)) as source, av.open(str(path), "w", format="mp4") as target:
        packets = [packet for packet in source.demux(video=0) if packet.size]
        for stream in [target.add_stream_from_template(source.streams.video[0]) for _ in range(4)]:
            for packet in packets:
                packet.stream = stream
                target.mux(packet)
    data = path.read_bytes()
    path.write_bytes(data[:8] + b"heic" + data[12:])
    with pytest.raises(UserError, match="in tiles"):
        probe(path)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit needs /proc")
def test_very_large_pictures_fit_into_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """8K film and a photo of 54 million pixels, within the memory that a worker has for a file."""
    film = make_shaped(
        tmp_path / "8k.mp4", width=7680, height=4320, frames=4, options={"preset": "ultrafast", "bf": "1"}
    )
    noise = np.random.default_rng(1).integers(0, 255, (600, 900, 3)).astype(np.uint8)
    large = tmp_path / "large.jpg"
    large.write_bytes(cv2.imencode(".jpg", cv2.resize(noise, (9000, 6000)))[1].tobytes())
    monkeypatch.chdir(ROOT)
    workers = Workers([sys.executable, "-m", "tests.helpers.media_worker"], count=1)
    for path, size in ((film, [7680, 4320]), (large, [9000, 6000])):
        answer = workers.call("probe", {"path": str(path)}, context=InlineContext())
        video = answer["info"]["video"]
        assert [video["width"], video["height"]] == size
        out = tmp_path / "poster.jpg"
        args = {"path": str(path), "info": answer["info"], "time": 0, "out": str(out)}
        assert workers.call("poster", args, context=InlineContext())["bytes"] == out.stat().st_size
    assert workers.call("peak", {}, context=InlineContext())["bytes"] < 1_000_000_000
    workers.close()
