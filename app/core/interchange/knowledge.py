"""What is known about media beside a timeline: scenes and words, which OTIO takes from one library to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.core.model.asset import Asset
from app.core.model.scene import SceneList
from app.core.model.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one content. ``method`` says how ``scenes`` were found, in a word."""

    scenes: SceneList | None = None
    method: str = ""
    words: Transcript | None = None

    def __bool__(self) -> bool:
        return self.scenes is not None or self.words is not None


class Knowledge(Protocol):
    """Where such things are kept. Both calls are made from jobs, and do no slow work."""

    def known(self, asset: Asset, /) -> Known:
        """What is known about the content of ``asset``; nobody listens or analyses for it.

        Raises:
            UserError: what is known cannot be read.
        """

    def learn(self, asset: Asset, known: Known, /) -> Iterable[str]:
        """Keep what is not known yet about the content of ``asset``; returns why parts are of no use here.

        Raises:
            UserError: it cannot be kept.
        """


class NothingKnown:
    """For where no library is at hand."""

    def known(self, _asset: Asset, /) -> Known:
        """Nothing."""
        return Known()

    def learn(self, _asset: Asset, _known: Known, /) -> Iterable[str]:
        """Kept nowhere."""
        return ()


NOTHING = NothingKnown()
