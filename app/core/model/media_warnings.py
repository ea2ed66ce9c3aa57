"""What a probe tells of a file beside its facts, and which of that means that the file is damaged."""

from __future__ import annotations

from collections.abc import Iterable

VARIABLE_RATE = "its frame rate varies"
SEVERAL_PICTURES = "it holds several picture streams; the first is used"
JOINED = "its clock starts anew inside, where recordings were joined"
# After the name of a sound stream.
NO_DECODER = "is left out: it is empty or has no decoder"
_HARMLESS = (VARIABLE_RATE, SEVERAL_PICTURES, JOINED, NO_DECODER)


def damages(warnings: Iterable[str]) -> tuple[str, ...]:
    """Those of ``warnings`` that say that something of the file is missing or broken; unknown ones do."""
    return tuple(warning for warning in warnings if not warning.endswith(_HARMLESS))
