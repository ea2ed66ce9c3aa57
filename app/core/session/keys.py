"""Keys of services: from the environment, else from the keyring of the system; never from a file of ours."""

from __future__ import annotations

import logging
from typing import Literal, TypeAlias

from app.core.base.log import hide
from app.core.session.settings import LoadedSettings

logger = logging.getLogger(__name__)

KeySource: TypeAlias = Literal["environment", "system keyring"]

KEYRING_SERVICE, KEYRING_NAME = "insomnia", "assemblyai"


def speech_key(settings: LoadedSettings) -> tuple[str, KeySource] | None:
    """The key for transcription and where it came from; None where there is none. May ask the system's keyring."""
    key = settings.values.assemblyai_api_key.strip()
    if key:
        hide(key)
        return key, "environment"
    kept = _from_keyring()
    if not kept:
        return None
    hide(kept)
    return kept, "system keyring"


def _from_keyring() -> str | None:
    import keyring
    import keyring.errors

    try:
        kept = keyring.get_password(KEYRING_SERVICE, KEYRING_NAME)
    except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
        logger.info("the system keyring cannot be read: %s", type(error).__name__)
        return None
    return kept.strip() if kept else None
