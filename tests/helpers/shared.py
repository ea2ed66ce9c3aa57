"""Files that lie beside the checkout, for tests that want real film."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def shared_media(name: str) -> Path:
    """The file ``name`` of ``../shared/media``; skips the test where it is not there."""
    path = Path(os.path.abspath(_ROOT.parent / "shared" / "media" / name))
    if not path.is_file():
        pytest.skip(f"{name} is not in {path.parent}")
    return path
