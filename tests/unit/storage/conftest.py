"""A folder that can be made read-only, for root as well (whom no permission stops)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """A folder; on a disk of its own where root runs the tests."""

    path: Path
    mounted: bool

    def lock(self) -> None:
        """Nothing may be written from now on."""
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,ro", str(self.path)], check=True)
        else:
            self.path.chmod(0o500)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of one megabyte for root, else a folder."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = os.geteuid() == 0
    if mounted:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(path)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("root may write everywhere, and may not mount a disk on this machine")
    yield Disk(path, mounted)
    if mounted:
        subprocess.run(["umount", str(path)], check=True)
    else:
        path.chmod(0o700)
