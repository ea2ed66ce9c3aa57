"""Names for things in a document that never change and never clash."""

from __future__ import annotations

import uuid


def new_id() -> str:
    """A new identifier: 32 hexadecimal digits, random (RFC 9562, version 4)."""
    return uuid.uuid4().hex
