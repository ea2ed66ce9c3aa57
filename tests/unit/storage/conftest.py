"""A folder that can be made read-only, for root as well (whom no permission stops)."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete

from app.storage.database import Database, sqlite_url
from app.storage.tables import metadata
from tests.unit.storage.postgres import programs, server


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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("no PostgreSQL server or no psycopg on this machine")
    # Not below pytest's own folder: that is its user's alone, and a socket's path is short.
    with tempfile.TemporaryDirectory(prefix="insomnia-pg-") as folder, server(bin_folder, Path(folder)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it, of either kind."""
    on_sqlite = request.param == "sqlite"
    opened = Database(sqlite_url(tmp_path / "library.sqlite") if on_sqlite else request.getfixturevalue("postgresql"))
    yield opened
    with opened.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    opened.close()


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
