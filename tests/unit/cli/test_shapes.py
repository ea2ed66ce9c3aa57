"""The JSON of media and scenes: names, order and units, also of what is rare."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from app.cli.shapes import error_document, fraction, media_document, scenes_document
from app.core.base.errors import UserError
from app.core.base.time import SECOND
from app.core.model.asset import AudioStream, Color, MediaInfo, SubtitleStream, VideoStream
from app.core.model.scene import Scene, SceneList, Transition


def phone_film() -> MediaInfo:
    video = VideoStream(
        index=0,
        codec="hevc",
        width=1080,
        height=1920,
        coded_width=1920,
        coded_height=1080,
        rate=Fraction(30000, 1001),
        variable_rate=True,
        frames=None,
        start=SECOND // 2,
        duration=None,
        pixel_format="yuv420p10le",
        bit_depth=10,
        rotation=90,
        sample_aspect=Fraction(4, 3),
        color=Color("bt2020", "arib-std-b67", "bt2020nc", "limited"),
        hdr="hlg",
        interlaced="tff",
    )
    sound = AudioStream(1, "aac", 44_100, 1, "mono", -SECOND // 4, None, "deu")
    return MediaInfo("video", "mov", None, video, (sound,), (SubtitleStream(2, "mov_text", "eng"),), ("odd",))


def test_a_film_with_everything() -> None:
    assert media_document("a.mov", phone_film()) == {
        "path": "a.mov",
        "kind": "video",
        "duration": None,
        "container": "mov",
        "video": {
            "codec": "hevc",
            "width": 1080,
            "height": 1920,
            "coded_width": 1920,
            "coded_height": 1080,
            "rotation": 90,
            "mirrored": False,
            "sample_aspect": "4/3",
            "rate": "30000/1001",
            "variable_rate": True,
            "frames": None,
            "pixel_format": "yuv420p10le",
            "bit_depth": 10,
            "color": {
                "primaries": "bt2020",
                "transfer": "arib-std-b67",
                "matrix": "bt2020nc",
                "range": "limited",
            },
            "hdr": "hlg",
            "alpha": False,
            "interlaced": "tff",
            "start": 0.5,
            "duration": None,
        },
        "audio": [
            {
                "codec": "aac",
                "rate": 44_100,
                "channels": 1,
                "layout": "mono",
                "start": -0.25,
                "duration": None,
                "language": "deu",
            }
        ],
        "subtitles": [{"codec": "mov_text", "language": "eng"}],
        "warnings": ["odd"],
    }


def test_sound_alone_has_no_video() -> None:
    document = media_document("a.wav", replace(phone_film(), kind="audio", video=None, duration=3 * SECOND))
    assert (document["kind"], document["duration"], document["video"]) == ("audio", 3.0, None)


def test_times_of_scenes_count_from_the_first_shown_frame() -> None:
    start = 7 * SECOND // 5
    scenes = (
        Scene(0, 0, 25, start, start + SECOND, "start"),
        Scene(1, 25, 75, start + SECOND, start + 3 * SECOND, "fade"),
    )
    found = SceneList(Fraction(25), 75, scenes, (Transition("fade", 20, 30, 0.75),))
    assert scenes_document("a.ts", found) == {
        "path": "a.ts",
        "rate": "25/1",
        "frames": 75,
        "scenes": [
            {"index": 0, "start": 0.0, "end": 1.0, "start_frame": 0, "end_frame": 25, "transition_in": "start"},
            {"index": 1, "start": 1.0, "end": 3.0, "start_frame": 25, "end_frame": 75, "transition_in": "fade"},
        ],
        "transitions": [{"kind": "fade", "start_frame": 20, "end_frame": 30, "score": 0.75}],
    }


def test_a_film_without_frames_has_no_scenes() -> None:
    document = scenes_document("a.mp4", SceneList(Fraction(25), 0, (), ()))
    assert (document["scenes"], document["transitions"], document["frames"]) == ([], [], 0)


def test_small_shapes() -> None:
    assert fraction(Fraction(24)) == "24/1"
    error = UserError("a.mp4", "it is empty", "copy it again")
    assert error_document(error) == {"what": "a.mp4", "why": "it is empty", "what_to_do": "copy it again"}
