"""What a person is shown before they agree: together, not each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import pytest

from app.core.base.time import SECOND
from app.core.model.asset import Asset
from app.core.session.keys import KeySource
from app.core.session.speech_account import SpeechAccount
from app.core.session.speech_outline import Sending, sending
from app.core.session.transcription import Transcription
from app.core.speech.transcriber import Outline, SpeechOptions
from tests.helpers.document import film


@dataclass
class Known:
    """Outlines by the id of the medium."""

    outlines: dict[str, Outline | None]

    def outline(self, asset: Asset, _options: SpeechOptions) -> Outline | None:
        return self.outlines[asset.id]


class Account:
    """An account without a key, on a computer that can keep one."""

    receiver, host, encrypted = "Service", "host", False

    def service(self) -> Account:
        return self

    def key_source(self) -> KeySource | None:
        return None

    def can_keep_key(self) -> bool:
        return True


def shown(*costs: Fraction | None, known: int = 0) -> Sending:
    outlines: dict[str, Outline | None] = {
        f"heard{number}": Outline("Service", "host", 10 * SECOND, 1000, cost) for number, cost in enumerate(costs)
    }
    outlines |= {f"known{number}": None for number in range(known)}
    assets = [film(name) for name in outlines]
    asked = cast(Transcription, Known(outlines))
    return sending(asked, cast(SpeechAccount, Account()), assets, SpeechOptions())


def test_many_short_media_cost_what_they_cost_together() -> None:
    assert shown(*[Fraction(1, 20)] * 40).cents == 2
    assert shown(*[Fraction(1, 20)] * 41).cents == 3
    assert shown().cents == 0


def test_one_unknown_price_makes_the_whole_unknown() -> None:
    assert shown(Fraction(1), None).cents is None


@pytest.mark.parametrize("known", [0, 2])
def test_what_is_known_is_counted_and_not_sent(known: int) -> None:
    found = shown(Fraction(1), Fraction(2), known=known)
    assert (found.known, len(found.sounds), found.length, found.most_bytes) == (known, 2, 20 * SECOND, 2000)
    assert (found.key, found.can_keep_key, found.encrypted) == (None, True, False)
