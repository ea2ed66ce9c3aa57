"""What the other side will not see: nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that did not come over, and where it was."""

    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class LossReport:
    """Losses in the order they were met, each once. Empty, and false, where all came over."""

    losses: list[Loss] = field(default_factory=list)
    _known: set[Loss] = field(default_factory=set, repr=False, compare=False)

    def add(self, what: str, where: str) -> None:
        """Note a loss, unless it is noted already."""
        loss = Loss(what, where)
        if loss not in self._known:
            self._known.add(loss)
            self.losses.append(loss)

    def __bool__(self) -> bool:
        return bool(self.losses)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.losses)

    def __len__(self) -> int:
        return len(self.losses)

    def lines(self) -> list[str]:
        """One line for each loss."""
        return [str(loss) for loss in self.losses]
