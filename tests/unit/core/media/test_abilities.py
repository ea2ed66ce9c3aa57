"""What the media libraries can do is found by trying, quietly."""

from __future__ import annotations

import pytest

from app.core.media.abilities import abilities


def test_what_the_product_needs_is_there(capfd: pytest.CaptureFixture[str]) -> None:
    found = abilities()
    assert all(there for _, there in found.decoders)
    encoders = dict(found.encoders)
    assert encoders["libx264"]
    assert encoders["aac"]
    assert "libavcodec" in dict(found.libraries)
    assert found.ffmpeg[0].isdigit()
    assert capfd.readouterr() == ("", "")


def test_what_does_not_exist_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.media.abilities._DECODERS", "h264 no_such_decoder")
    monkeypatch.setattr("app.core.media.abilities._VIDEO_ENCODERS", "no_such_encoder png")
    monkeypatch.setattr("app.core.media.abilities._AUDIO_ENCODERS", "no_such_encoder pcm_s16le")
    found = abilities()
    assert found.decoders == (("h264", True), ("no_such_decoder", False))
    assert found.encoders == (
        ("no_such_encoder", False),
        ("png", False),  # there, but not for pictures of this kind
        ("no_such_encoder", False),
        ("pcm_s16le", False),
    )
