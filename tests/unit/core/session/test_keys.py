"""Where the key for transcription comes from."""

from __future__ import annotations

from pathlib import Path

import keyring
import keyring.errors
import pytest

from app.core.session.keys import speech_key
from app.core.session.settings import load_settings

NOWHERE = Path("/nonexistent/settings.toml")


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", lambda service, name: "kept-key")
    settings = load_settings({"ASSEMBLYAI_API_KEY": " given-key\n"}, NOWHERE)
    assert speech_key(settings) == ("given-key", "environment")
    assert "given-key" not in repr(settings)


def test_then_the_keyring_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("insomnia", "assemblyai"): "kept-key\n"}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    assert speech_key(load_settings({}, NOWHERE)) == ("kept-key", "system keyring")


def test_without_either_there_is_none() -> None:
    assert speech_key(load_settings({}, NOWHERE)) is None


def test_a_keyring_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(service: str, name: str) -> str:
        raise keyring.errors.KeyringLocked

    monkeypatch.setattr(keyring, "get_password", locked)
    assert speech_key(load_settings({}, NOWHERE)) is None


def test_a_file_is_no_place_for_a_key(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('assemblyai_api_key = "written-key"\n')
    loaded = load_settings({}, file)
    assert loaded.values.assemblyai_api_key == ""
    (warning,) = loaded.warnings
    assert warning.endswith("assemblyai_api_key is not read from a file; remove it and set ASSEMBLYAI_API_KEY")
    assert "written-key" not in warning
