"""A small disk that can be full, or read-only for root as well (whom no permission stops)."""

from __future__ import annotations

import contextlib
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

    def fill(self) -> Path:
        """A file that leaves no room on the disk; skips where the folder lies on the disk of all others."""
        if not self.mounted:
            pytest.skip("only root can have a disk of its own to fill")
        filler = self.path / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        return filler


@contextlib.contextmanager
def small_disk(path: Path) -> Iterator[Disk]:
    """A disk of one megabyte at ``path`` for root, else a folder."""
    path.mkdir()
    mounted = os.geteuid() == 0
    if mounted:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(path)]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("root may write everywhere, and may not mount a disk on this machine")
    try:
        yield Disk(path, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(path)], check=True)
        else:
            path.chmod(0o700)
