"""Databases of both kinds, and a disk that can be full or read-only."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from app.storage.database import Database, sqlite_url
from app.storage.tables import metadata
from tests.helpers.disks import Disk, small_disk
from tests.unit.storage.postgres import programs, server


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
    with small_disk(tmp_path / "disk") as made:
        yield made
