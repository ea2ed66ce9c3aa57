"""The one way media files are opened for reading: local regular files of media formats, nothing else.

Playlists and text pictures are refused, so are pipes and devices: a demuxer would read other files,
wait for ever, or use memory without bound. The lists below are allow-lists for that reason.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import av
from av.container import InputContainer

from app.core.base.errors import UserError
from app.core.media.pyav_errors import FFmpegError, media_error

# Names of FFmpeg's demuxers. Left out on purpose: everything that opens other files by itself (hls,
# concat, dash, sdp, imf, image sequences through image2's patterns), that listens or captures
# (rtp, lavfi, v4l2, x11grab), that guesses raw samples (s16le, rawvideo, data), and text (tty).
_CONTAINERS = (
    "3g2 3gp apng asf av1 avi dv evc flic flv gif gxf ivf kux m4a m4v matroska mj2 mov mp4 mpeg mpegts mxf nsv nut"
    " obu ogg rm roq smk swf vvc webm wtv yuv4mpegpipe"
)
_ELEMENTARY = "cavsvideo dirac dnxhd h261 h263 h264 hevc ingenient mjpeg mpegvideo vc1"
_SOUND = (
    "aac ac3 ac4 act aiff amr ape au caf codec2 dsf dts dtshd eac3 epaf flac gsm ilbc iamf loas mlp mp3 mpc mpc8 oma"
    " paf pvf qcp qoa rso sds sox tak truehd tta voc w64 wav wsd wv xwma"
)
_STILLS = (
    "bmp_pipe dds_pipe dpx_pipe exr_pipe gem_pipe gif_pipe hdr_pipe image2 j2k_pipe jpeg_pipe jpegls_pipe"
    " jpegxl_pipe pam_pipe pbm_pipe pcx_pipe pfm_pipe pgm_pipe png_pipe ppm_pipe psd_pipe qoi_pipe sgi_pipe"
    " sunrast_pipe tiff_pipe webp_pipe xwd_pipe"
)
FORMATS = ",".join(f"{_CONTAINERS} {_ELEMENTARY} {_SOUND} {_STILLS}".split())

_HEAD = 4096
_WEBP_FLAGS = 20  # where they lie in the file
_WEBP_ANIMATED = 2
_PLAYLISTS = (
    b"#EXTM3U",
    b"ffconcat version",
    b"[playlist]",
    b"v=0\n",
    b"v=0\r\n",
    b"<asx",
    b"<ASX",
    b"<smil",
    b"#!SMIL",
)
_XML_PLAYLISTS = (b"<MPD", b"<playlist", b"<smil", b"<AssetMap", b"<CompositionPlaylist")
_NO_MEDIA = "drop a video, sound or picture file instead"
_KINDS = (
    (stat.S_ISDIR, "it is a folder", "choose the media files inside it"),
    (stat.S_ISFIFO, "it is a pipe", "save what comes through it to a file first"),
    (stat.S_ISSOCK, "it is a socket", _NO_MEDIA),
    (stat.S_ISCHR, "it is a device", _NO_MEDIA),
    (stat.S_ISBLK, "it is a device", _NO_MEDIA),
)
_STAT_ERRORS = {
    errno.ENOENT: ("there is no such file", "check the name, or relink the media"),
    errno.ENOTDIR: ("there is no such file", "check the name, or relink the media"),
    errno.EACCES: ("reading it is not allowed", "change its permissions or copy it to another place"),
    errno.EPERM: ("reading it is not allowed", "change its permissions or copy it to another place"),
    errno.ELOOP: ("it is a link that leads to itself", "choose the file itself"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
    errno.EIO: ("the disk reports an error", "check the disk and copy the file again"),
}


def check_file(path: Path | str) -> os.stat_result:
    """Make sure that ``path`` is a regular, readable file with something in it, without blocking.

    Raises:
        UserError: it is not; names the path and says what it is.
    """
    try:
        found = os.stat(path)
        for is_kind, why, what_to_do in _KINDS:
            if is_kind(found.st_mode):
                raise UserError(str(path), why, what_to_do)
        if found.st_size == 0:
            raise UserError(str(path), "it is empty", "copy it again from where it came")
        os.close(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)))
    except ValueError as error:  # a NUL in the name
        raise UserError(str(path), *_STAT_ERRORS[errno.ENOENT]) from error
    except OSError as error:
        raise _access_error(path, error) from error
    return found


def safe_open(path: Path | str) -> InputContainer:
    """Open a media file for reading. The caller closes it, and uses it from one thread at a time.

    What FFmpeg may do is limited to reading this one file as one of :data:`FORMATS`. A file that
    nobody has probed yet is opened in a worker process only: its header alone can use gigabytes.

    Raises:
        UserError: missing, not a regular file, empty, unreadable, a playlist, text, animated WebP, or no medium.
    """
    check_file(path)
    head = _read_head(path)
    if _is_playlist(head):
        raise UserError(str(path), "playlists are not opened", "drop the media files themselves")
    if _is_animated_webp(head):
        raise UserError(str(path), "animated WebP cannot be read", "save it as GIF, APNG or video")
    # pattern_type: "%d" in the name of a picture must not open a row of pictures.
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "pattern_type": "none"}
    try:
        container = av.open(
            f"file:{os.path.abspath(path)}", "r", container_options=options, metadata_errors="surrogateescape"
        )
    except FFmpegError as error:
        raise _no_medium(path, head, error) from error
    except MemoryError as error:
        raise UserError(str(path), "reading it needs more memory than it may have", "it is probably damaged") from error
    if not any(stream.type in ("video", "audio") for stream in container.streams):
        container.close()
        raise UserError(str(path), "it holds neither picture nor sound", _NO_MEDIA)
    return container


def _access_error(path: Path | str, error: OSError) -> UserError:
    why, what_to_do = _STAT_ERRORS.get(error.errno or 0, (error.strerror or "it cannot be read", "check the disk"))
    return UserError(str(path), why, what_to_do)


def _read_head(path: Path | str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise _access_error(path, error) from error


def _is_playlist(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(_PLAYLISTS):
        return True
    return text.startswith(b"<?xml") and any(mark in text for mark in _XML_PLAYLISTS)


def _is_animated_webp(head: bytes) -> bool:
    """Whether it is WebP in its extended form with the flag for animation (RFC 9649, 2.7.1): FFmpeg decodes none."""
    extended = head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and len(head) > _WEBP_FLAGS
    return extended and bool(head[_WEBP_FLAGS] & _WEBP_ANIMATED)


def _is_text(head: bytes) -> bool:
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 4 and len(head) == _HEAD
    return True


def _no_medium(path: Path | str, head: bytes, error: FFmpegError) -> UserError:
    if _is_text(head):
        return UserError(str(path), "it is text, not a video, sound or picture file", _NO_MEDIA)
    if not head.strip(b"\0"):
        return UserError(str(path), "its content is nothing but zeros", "copy it again from where it came")
    if isinstance(error, av.error.ArgumentError | av.error.DemuxerNotFoundError):
        return UserError(str(path), "it is not a video, sound or picture file that Insomnia reads", _NO_MEDIA)
    return media_error(path, error)
