"""Long proofs: the whole of each under `make soak`, a tenth of it in `make test`, from one seed."""

from __future__ import annotations

import os
import random

_SEED = "INSOMNIA_SEED"


def soaking() -> bool:
    """Whether this run is `make soak`."""
    return os.environ.get("INSOMNIA_SOAK") == "1"


def soak_count(full: int) -> int:
    """How often to repeat: ``full`` times under `make soak`, else a tenth, at least once."""
    return full if soaking() else max(1, full // 10)


def soak_random(claim: str) -> random.Random:
    """Chance that is the same in every run, unless ``INSOMNIA_SEED`` says another number."""
    return random.Random(f"{os.environ.get(_SEED, '0')} {claim}")


def say_claim(claim: str, count: int) -> None:
    """Print the one line of a proof that held ``count`` times (shown by `make soak`)."""
    print(f"\nheld {count} times, seed {os.environ.get(_SEED, '0')}: {claim}")
