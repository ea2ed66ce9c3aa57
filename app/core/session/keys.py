"""Keys of services: from the environment, else from the keyring of the system; never from a file of ours."""

from __future__ import annotations

import logging
from typing import Literal, TypeAlias

from app.core.base.errors import UserError
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


def can_keep_key() -> bool:
    """Whether this system has a keyring. May ask it."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def keep_speech_key(key: str) -> None:
    """Put ``key`` into the keyring of the system, in place of the one there.

    Raises:
        UserError: there is no keyring, or it does not take the key; nothing is written anywhere else.
    """
    import keyring
    import keyring.errors

    hide(key)
    try:
        keyring.set_password(KEYRING_SERVICE, KEYRING_NAME, key)
    except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
        logger.info("the system keyring cannot be written: %s", type(error).__name__)
    if _from_keyring() != key:
        raise UserError("the key", "the system's key ring does not keep it", "set ASSEMBLYAI_API_KEY instead")


def _from_keyring() -> str | None:
    import keyring
    import keyring.errors

    try:
        kept = keyring.get_password(KEYRING_SERVICE, KEYRING_NAME)
    except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
        logger.info("the system keyring cannot be read: %s", type(error).__name__)
        return None
    return kept.strip() if kept else None
