"""Who hears the sound: the service, the key for it, and what the person has agreed to."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.session.keys import KeySource, can_keep_key, keep_speech_key, speech_key
from app.core.session.settings import LoadedSettings
from app.core.session.settings_file import change_settings

if TYPE_CHECKING:
    from app.core.speech.assemblyai import AssemblyAI


class SpeechAccount:
    """One person's account at the transcription service. May be used from any thread.

    What asks the keyring or the service may take long.
    """

    def __init__(self, settings: LoadedSettings, file: Path) -> None:
        """``file`` is where settings that change are kept."""
        self._settings = settings
        self._file = file
        self._lock = threading.Lock()
        self._receiver = settings.values.speech_receiver
        self._new_videos = settings.values.transcribe_new_videos

    @property
    def host(self) -> str:
        """The host that sound would be sent to."""
        try:
            return urlsplit(self._settings.values.assemblyai_base_url.strip()).netloc
        except ValueError:
            return ""

    @property
    def agreed(self) -> bool:
        """Whether the person agreed to send sound to :attr:`host` before; another host is another question."""
        with self._lock:
            return bool(self._receiver) and self._receiver == self.host

    @property
    def new_videos(self) -> bool:
        """Whether the person wants new videos transcribed by themselves, and agreed to :attr:`host`."""
        return self.agreed and self._new_videos

    def agree(self, new_videos: bool | None = None) -> None:
        """The person agrees to send sound to :attr:`host`; None leaves open what becomes of new videos.

        Consent to another host ends with that: so does what was wanted of new videos.

        Raises:
            UserError: it cannot be kept for the next start; it holds until the end of the program.
        """
        wanted = self.new_videos if new_videos is None else new_videos
        with self._lock:
            before = (self._receiver, self._new_videos)
            self._receiver, self._new_videos = self.host, wanted
            if before != (self._receiver, wanted):
                change_settings(self._file, {"speech_receiver": self._receiver, "transcribe_new_videos": wanted})

    def stop_new_videos(self) -> None:
        """The person does not want new videos transcribed by themselves any more.

        Raises:
            UserError: it cannot be kept for the next start.
        """
        with self._lock:
            self._new_videos = False
            change_settings(self._file, {"transcribe_new_videos": False})

    @property
    def has_key_of_environment(self) -> bool:
        """Whether the key is set outside, where no other can take its place. Quick: no keyring is asked."""
        return bool(self._settings.values.assemblyai_api_key.strip())

    def key_source(self) -> KeySource | None:
        """Where the key is; None where there is none."""
        found = speech_key(self._settings)
        return found[1] if found is not None else None

    def can_keep_key(self) -> bool:
        """Whether this system has a place for a key."""
        return can_keep_key()

    def check_key(self, context: JobContext, key: str | None = None) -> None:
        """Ask the service whether it takes ``key``, else the one that is kept.

        Raises:
            KeyRefused: it does not.
            UserError: there is no key, it cannot be one, or the service cannot be asked.
            Cancelled: ``context`` was cancelled.
        """
        self.service(key).check_key(context)

    def keep_key(self, key: str) -> None:
        """Put ``key`` into the system's keyring.

        Raises:
            UserError: there is none, or it does not take it.
        """
        if self.has_key_of_environment:
            raise UserError("the key", "ASSEMBLYAI_API_KEY comes before the key ring", "correct it there, or unset it")
        keep_speech_key(key.strip())

    def service(self, key: str | None = None) -> AssemblyAI:
        """The service, with ``key`` or the one that is kept.

        Raises:
            UserError: its address is none, or the key cannot be one.
        """
        from app.core.speech.assemblyai import AssemblyAI

        values = self._settings.values
        if key is None:
            found = speech_key(self._settings)
            key = found[0] if found is not None else None
        models = [
            name.strip() for name in values.assemblyai_speech_models.split(",") if name.strip() not in ("", "auto")
        ]
        return AssemblyAI(key, values.assemblyai_base_url, models)
