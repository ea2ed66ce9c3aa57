"""Consent belongs to a host, and the key to the system's keyring."""

from __future__ import annotations

from pathlib import Path

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from app.core.base.errors import UserError
from app.core.jobs.inline import InlineContext
from app.core.session.settings import load_settings
from app.core.session.speech_account import SpeechAccount
from app.core.speech.transcriber import KeyRefused
from tests.helpers.assemblyai_server import KEY, Service, serving


class Ring(KeyringBackend):
    """Keys in a dictionary; ``closed`` refuses them."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.closed = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.closed:
            raise keyring.errors.PasswordSetError("closed")
        self.kept[service, username] = password


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", made)
    return made


def account(folder: Path, **environment: str) -> SpeechAccount:
    """As the program makes it at its start."""
    file = folder / "settings.toml"
    return SpeechAccount(load_settings(environment, file), file)


def test_consent_is_kept_with_the_host(tmp_path: Path) -> None:
    first = account(tmp_path)
    assert (first.host, first.agreed, first.new_videos) == ("api.assemblyai.com", False, False)
    first.agree(new_videos=True)
    again = account(tmp_path)
    assert (again.agreed, again.new_videos) == (True, True)
    other = account(tmp_path, ASSEMBLYAI_BASE_URL="https://api.eu.assemblyai.com")
    assert (other.agreed, other.new_videos) == (False, False)
    other.agree()
    assert (other.agreed, other.new_videos) == (True, False)
    assert not account(tmp_path).agreed


def test_new_videos_can_be_stopped(tmp_path: Path) -> None:
    first = account(tmp_path)
    first.agree(new_videos=True)
    first.agree()
    assert first.new_videos
    first.stop_new_videos()
    assert (account(tmp_path).agreed, account(tmp_path).new_videos) == (True, False)


def test_consent_that_cannot_be_kept_holds_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("broken")
    made = account(tmp_path)
    with pytest.raises(UserError, match="it is damaged"):
        made.agree(new_videos=True)
    assert made.new_videos


def test_an_address_that_is_none_is_no_host(tmp_path: Path) -> None:
    made = account(tmp_path, ASSEMBLYAI_BASE_URL="http://[")
    assert (made.host, made.agreed) == ("", False)


def test_a_key_goes_to_the_keyring_alone(tmp_path: Path, ring: Ring) -> None:
    made = account(tmp_path)
    assert made.key_source() is None
    assert made.can_keep_key()
    made.keep_key(f" {KEY}\n")
    assert ring.kept == {("insomnia", "assemblyai"): KEY}
    assert made.key_source() == "system keyring"
    assert list(tmp_path.iterdir()) == []


def test_without_a_keyring_nothing_is_kept(tmp_path: Path) -> None:
    made = account(tmp_path)
    assert not made.can_keep_key()
    with pytest.raises(UserError, match="does not keep it; set ASSEMBLYAI_API_KEY") as caught:
        made.keep_key(KEY)
    assert KEY not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_refuses_is_told(tmp_path: Path, ring: Ring) -> None:
    ring.closed = True
    with pytest.raises(UserError, match="does not keep it"):
        account(tmp_path).keep_key(KEY)


def test_the_environment_comes_first(tmp_path: Path, ring: Ring) -> None:
    made = account(tmp_path, ASSEMBLYAI_API_KEY="given-key")
    with pytest.raises(UserError, match="comes before the key ring"):
        made.keep_key(KEY)
    assert ring.kept == {}


def test_the_service_is_asked_about_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    service = Service()
    with serving(service) as address:
        made = account(tmp_path, ASSEMBLYAI_BASE_URL=address)
        made.check_key(InlineContext(), KEY)
        with pytest.raises(KeyRefused, match="AssemblyAI refuses the key") as caught:
            made.check_key(InlineContext(), "wrong-key-0123")
        assert "wrong-key-0123" not in str(caught.value)
        with pytest.raises(UserError, match="it holds characters that no key has"):
            made.check_key(InlineContext(), "two words")
    assert [each.method for each in service.requests] == ["GET", "GET"]
