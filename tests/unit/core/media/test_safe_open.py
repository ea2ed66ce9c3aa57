"""Only local regular media files are opened; everything else gets one clear line, at once."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.base.errors import UserError
from app.core.media.probe import probe
from app.core.media.safe_open import FORMATS, safe_open
from tests.helpers.films import ALL
from tests.helpers.media import Film, make_sound

Films = Callable[[str], Film]

HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.ts\n#EXT-X-ENDLIST\n"
DASH = b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'
SDP = b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"


def webp_film(path: Path, pictures: int) -> Path:
    """A WebP of so many pictures."""
    with av.open(str(path), "w", format="webp") as container:
        stream = container.add_stream("libwebp_anim" if pictures > 1 else "libwebp", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(pictures):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), 40 * number, np.uint8), format="gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_an_animated_webp_is_refused_by_its_kind(tmp_path: Path) -> None:
    film = webp_film(tmp_path / "a.webp", 4)
    with pytest.raises(UserError) as told:
        probe(film)
    assert (told.value.why, told.value.what_to_do) == ("animated WebP cannot be read", "save it as GIF, APNG or video")
    assert probe(webp_film(tmp_path / "b.webp", 1)).kind == "image"


@pytest.mark.parametrize("name", ALL)
def test_films_of_every_container_open(films: Films, name: str) -> None:
    with safe_open(films(name).path) as container:
        assert container.streams.video[0].width == 160


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.mp4", b"A text that somebody renamed.\n" * 40, "it is text"),
        ("b.mp4", "Ünïcode tëxt, längér than the häad. ".encode() * 400, "it is text"),
        ("c.nfo", b"plain words\n", "it is text"),
        ("d.mp4", b"", "it is empty"),
        ("e.mp4", b"\0" * 5000, "nothing but zeros"),
        ("f.m3u8", HLS, "playlists are not opened"),
        ("g.mp4", HLS, "playlists are not opened"),
        ("h.mp4", b"\xef\xbb\xbf" + HLS, "playlists are not opened"),
        ("i.ffconcat", b"ffconcat version 1.0\nfile a.mp4\n", "playlists are not opened"),
        ("j.mpd", DASH, "playlists are not opened"),
        ("k.sdp", SDP, "playlists are not opened"),
        ("l.pls", b"[playlist]\nFile1=a.mp3\n", "playlists are not opened"),
        ("m.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "it is text"),
        ("n.mp4", bytes(range(256)) * 40, "."),
        ("o.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "."),
        ("p.wav", b"RIFF\x24\x00\x00\x00WAVEfmt ", "."),
    ],
)
def test_what_is_no_medium_is_named(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=why) as caught:
        safe_open(path)
    assert caught.value.what == str(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path, why in [
        (tmp_path / "none.mp4", "there is no such file"),
        (tmp_path / "none" / "a.mp4", "there is no such file"),
        (tmp_path, "it is a folder"),
    ]:
        with pytest.raises(UserError, match=why):
            safe_open(path)
    with pytest.raises(UserError, match="no such file"):
        safe_open("a\0b.mp4")


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_pipes_sockets_devices_and_loops_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)  # the names of sockets must be short
    listener.bind("socket.mp4")
    os.chdir(here)
    for path, why in [
        (tmp_path / "pipe.mp4", "it is a pipe"),
        (tmp_path / "socket.mp4", "it is a socket"),
        (Path("/dev/zero"), "it is a device"),
        (tmp_path / "loop.mp4", "leads to itself"),
    ]:
        with pytest.raises(UserError, match=why):
            safe_open(path)
    listener.close()


def test_an_unreadable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.mp4"
    path.write_bytes(b"x")

    def forbidden(name: object, flags: int) -> int:  # root may read everything, so chmod would prove nothing
        raise PermissionError(errno.EACCES, "Permission denied", name)

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(UserError, match=r"secret\.mp4: reading it is not allowed"):
        safe_open(path)


def test_names_are_never_taken_for_protocols_or_patterns(films: Films, tmp_path: Path) -> None:
    data = films("plain.mp4").path.read_bytes()
    names = ["a:b.mp4", "http:x.mp4", "concat:a|b.mp4", "%03d.mp4", "-i.mp4", "ä\u2028ö.mp4", "no ending"]
    for name in names if sys.platform != "win32" else ["ä.mp4"]:
        path = tmp_path / name
        path.write_bytes(data)
        with safe_open(path) as container:
            assert len(container.streams) == 2


def test_a_name_in_no_encoding_opens(films: Films, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("names are Unicode there")
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xe9.mp4")
    Path(path).write_bytes(films("plain.mp4").path.read_bytes())
    with safe_open(path) as container:
        assert len(container.streams) == 2


def test_a_picture_named_like_a_row_is_one_picture(tmp_path: Path) -> None:
    frame = av.VideoFrame(64, 48, "rgb24")
    frame.save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "r%d.png").write_bytes(data)
    for number in range(3):
        (tmp_path / f"r{number}.png").write_bytes(data)
    with safe_open(tmp_path / "r%d.png") as container:
        assert sum(1 for _ in container.decode(video=0)) == 1


def test_a_relative_path_opens(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    path = films("plain.mp4").path
    monkeypatch.chdir(path.parent)
    with safe_open(path.name) as container:
        assert len(container.streams) == 2


def test_tags_in_an_old_encoding_do_not_hurt(tmp_path: Path) -> None:
    film = make_sound(tmp_path / "a.wav", seconds=1)
    data = film.path.read_bytes()
    info = b"LIST\x10\x00\x00\x00INFOINAM\x04\x00\x00\x00\xe4\xf6\xfc\x00"
    film.path.write_bytes(data[:36] + info + data[36:])
    with safe_open(film.path) as container:
        assert "title" in container.metadata


_LURES = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}seg.ts\n#EXT-X-ENDLIST\n",
    "key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}key"\n#EXTINF:1,\n{file}\n#EXT-X-ENDLIST\n',
    "concat": "ffconcat version 1.0\nfile {url}a.mp4\n",
    "dash": "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>{url}</BaseURL></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n",
    "asx": "<asx version='3.0'><entry><ref href='{url}a.wmv'/></entry></asx>",
    "smil": "<smil><body><video src='{url}a.mp4'/></body></smil>",
    "pls": "[playlist]\nFile1={url}a.mp3\n",
    "svg": "<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}a.png'/></svg>",
}


@pytest.mark.parametrize("ending", ["m3u8", "mp4", "ts", "jpg", "mkv", "txt"])
@pytest.mark.parametrize("lure", _LURES)
@pytest.mark.parametrize("lead", ["", "\ufeff", "\n  "])
def test_no_file_reaches_the_network_or_another_file(
    films: Films, tmp_path: Path, lure: str, ending: str, lead: str
) -> None:
    """By whatever name and content: refused, and nobody knocks at the port that it names."""
    with socket.socket() as canary:
        canary.bind(("127.0.0.1", 0))
        canary.listen()
        canary.setblocking(False)
        port = canary.getsockname()[1]
        path = tmp_path / f"lure.{ending}"
        other = films("plain.ts").path
        path.write_text(lead + _LURES[lure].format(url=f"http://127.0.0.1:{port}/", port=port, file=other))
        with pytest.raises(UserError) as caught:
            probe(path)
        assert caught.value.what == str(path)
        with pytest.raises(BlockingIOError):
            canary.accept()


def test_the_formats_are_demuxers_and_none_reads_other_files() -> None:
    names = FORMATS.split(",")
    assert len(set(names)) == len(names)
    for name in names:
        assert av.ContainerFormat(name, "r").is_input
    dangerous = {
        "hls",
        "concat",
        "dash",
        "sdp",
        "rtp",
        "rtsp",
        "lavfi",
        "tty",
        "image2pipe",
        "data",
        "imf",
        "webm_dash",
    }
    assert not dangerous & set(names)
