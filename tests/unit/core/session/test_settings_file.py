"""Settings that the program changes: one line each, and nothing else of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.session.settings import load_settings
from app.core.session.settings_file import change_settings


def test_a_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "profile" / "settings.toml"
    change_settings(file, {"speech_receiver": 'a "host"', "transcribe_new_videos": True})
    loaded = load_settings({}, file)
    assert loaded.values.transcribe_new_videos
    assert loaded.values.speech_receiver == 'a "host"'
    assert loaded.warnings == ()


def test_other_lines_stand(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("# mine\ntranscribe_new_videos = true # yes\ndebug = true\n\n[later]\nx = 1\n", encoding="utf-8")
    change_settings(file, {"transcribe_new_videos": False, "speech_receiver": "größer"})
    assert file.read_text(encoding="utf-8").splitlines() == [
        "# mine",
        "transcribe_new_videos = false",
        "debug = true",
        "",
        'speech_receiver = "größer"',
        "[later]",
        "x = 1",
    ]


@pytest.mark.parametrize(
    "text", ["debug = ", '"transcribe_new_videos" = false\n', 'x = """\ntranscribe_new_videos = 1\n"""\n', "\udcff"]
)
def test_what_cannot_be_changed_stands(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    content = text.encode("utf-8", "surrogateescape")
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"settings\.toml"):
        change_settings(file, {"transcribe_new_videos": True})
    assert file.read_bytes() == content
