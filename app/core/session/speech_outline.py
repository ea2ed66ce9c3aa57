"""What a transcription would send, for the consent of a person; asks nobody outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.base.time import Flicks
from app.core.model.asset import Asset
from app.core.session.keys import KeySource
from app.core.session.speech_account import SpeechAccount
from app.core.speech.transcriber import SpeechOptions

if TYPE_CHECKING:
    from app.core.session.transcription import Transcription


@dataclass(frozen=True, slots=True)
class SentSound:
    """The sound of one medium and its length."""

    name: str
    length: Flicks


@dataclass(frozen=True, slots=True)
class Sending:
    """All that a person must know before they agree.

    ``sounds`` are those that would be sent or paid for, together at most ``most_bytes`` large, for about
    ``cents`` US cents, rounded up once for all of them (None: unknown). ``known`` counts media for which
    nothing is sent. ``key`` is where the key is, None where there is none; ``can_keep_key`` tells whether
    one can be kept. Where it is not ``encrypted``, whoever is on the way can listen and read the key.
    """

    receiver: str
    host: str
    sounds: tuple[SentSound, ...]
    most_bytes: int
    cents: int | None
    known: int
    key: KeySource | None
    can_keep_key: bool
    encrypted: bool = True

    @property
    def length(self) -> Flicks:
        """Of all sounds together."""
        return sum(sound.length for sound in self.sounds)


def sending(
    transcription: Transcription, account: SpeechAccount, assets: Sequence[Asset], options: SpeechOptions
) -> Sending:
    """What it would mean to transcribe ``assets``, which have sound. May ask the keyring, so for any thread but the
    window's.

    Raises:
        UserError: the library cannot be read, or the address of the service is none.
    """
    service, key = account.service(), account.key_source()
    outlines = [(asset, transcription.outline(asset, options)) for asset in assets]
    asked = [(asset, outline) for asset, outline in outlines if outline is not None]
    costs = [outline.cents for _, outline in asked]
    return Sending(
        service.receiver,
        service.host,
        tuple(SentSound(asset.name, outline.length) for asset, outline in asked),
        sum(outline.most_bytes for _, outline in asked),
        None if None in costs else math.ceil(sum(cost for cost in costs if cost is not None)),
        len(assets) - len(asked),
        key,
        key is None and account.can_keep_key(),
        service.encrypted,
    )
