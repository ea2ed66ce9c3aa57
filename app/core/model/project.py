"""The whole document. An edit is a pure function from one :class:`Project` to the next."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.model.asset import Asset
from app.core.model.extra import Extra
from app.core.model.sequence import Sequence


@dataclass(frozen=True, slots=True)
class Project:
    """Assets and sequences; the first sequence is the one that is shown and exported."""

    id: str
    name: str
    assets: tuple[Asset, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    extra: Extra = ()

    def asset(self, asset_id: str) -> Asset:
        """The asset of that id.

        Raises:
            KeyError: there is none.
        """
        for asset in self.assets:
            if asset.id == asset_id:
                return asset
        raise KeyError(asset_id)

    def sequence(self, sequence_id: str) -> Sequence:
        """The sequence of that id.

        Raises:
            KeyError: there is none.
        """
        for sequence in self.sequences:
            if sequence.id == sequence_id:
                return sequence
        raise KeyError(sequence_id)
