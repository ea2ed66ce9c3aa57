"""The database: opened once or refused, locked for writing, its troubles told by name."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.core.base.errors import UserError
from app.storage import database as database_module
from app.storage.database import Database, sqlite_url
from app.storage.migrations import HEAD, VERSION_TABLE
from app.storage.migrations.upgrade import configuration
from app.storage.tables import metadata
from tests.helpers.disks import Disk

INSERT = """
    INSERT INTO media (fingerprint, size, path, folded_name, kind, container, document, updated_at)
    VALUES ('x', 1, '/x', 'x', 'video', 'mp4', :document, 0)
"""


def opened(path: Path) -> Database:
    return Database(sqlite_url(path))


def refused(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        opened(path)
    assert caught.value.what == str(path)
    return str(caught.value)


def test_the_tables_are_those_that_the_steps_make(tmp_path: Path) -> None:
    database = opened(tmp_path / "library.sqlite")
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
        steps = ScriptDirectory.from_config(configuration(connection))
        assert steps.get_heads() == [HEAD]
    database.close()


def test_the_same_tables_are_made_in_postgresql(postgresql: str) -> None:
    Database(postgresql).close()
    database = Database(postgresql)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert database.check() == ()
    database.close()


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(UserError) as caught:
        Database("postgresql://someone:secret@127.0.0.1:1/films")
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_second_opening_changes_nothing_and_needs_no_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite"
    opened(path).close()
    before = path.read_bytes()
    monkeypatch.setattr("app.storage.migrations.upgrade.upgrade", None)
    opened(path).close()
    assert path.read_bytes() == before


def test_sqlite_is_set_up_for_many_readers_and_sure_writes(tmp_path: Path) -> None:
    database = opened(tmp_path / "new folder" / "li?br%20ary#.sqlite")
    assert (tmp_path / "new folder" / "li?br%20ary#.sqlite").exists()
    with database.reading() as connection:
        values = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
        assert values == ["wal", 1, 2]
    assert database.check() == ()
    database.close()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Dear diary, this is no database at all. " * 50, "it is damaged or not a database"),
        (b"\0" * 8192, "it is damaged or not a database"),
        (b"SQLite format 3\0" + b"\xff" * 8000, "it is damaged"),
    ],
)
def test_a_damaged_library_is_named_and_left_alone(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(content)
    message = refused(path)
    assert reason in message
    assert "move it aside" in message
    assert path.read_bytes() == content


def test_a_library_with_a_broken_page_is_told_from_a_sound_one(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    opened(path).close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(UserError, match="it is damaged"):
        opened(path)
    assert path.read_bytes() == content


def test_a_library_with_a_table_of_jobs_loses_that_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    opened(path).close()
    with contextlib.closing(sqlite3.connect(path)) as old, old:
        old.execute(INSERT, {"document": "{}"})
        old.execute("CREATE TABLE jobs (number INTEGER PRIMARY KEY, id VARCHAR(100) NOT NULL UNIQUE)")
        old.execute("INSERT INTO jobs (id) VALUES ('unfinished')")
        old.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0002'")
    database = opened(path)
    with database.reading() as connection:
        assert connection.execute(text("SELECT path FROM media")).all() == [("/x",)]
        assert connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'jobs'")).all() == []
    database.close()


def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    opened(path).close()
    raw = sqlite3.connect(path)
    raw.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    raw.commit()
    raw.close()
    assert "a newer Insomnia wrote it (schema 9999" in refused(path)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE recipes (name TEXT)")
    raw.close()
    before = path.read_bytes()
    assert "it is a database of another program" in refused(path)
    assert path.read_bytes() == before


def test_a_busy_database_is_waited_for_then_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_BUSY_MILLISECONDS", 50)
    path = tmp_path / "library.sqlite"
    database = opened(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UserError, match="another program keeps it busy"), database.writing():
        pass
    with database.reading() as connection:  # readers do not wait for writers
        assert connection.execute(text("SELECT count(*) FROM media")).scalar() == 0
    other.execute("ROLLBACK")
    with database.writing() as connection:
        connection.execute(text("DELETE FROM media"))
    other.close()
    database.close()


def _fail_after_an_insert(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text(INSERT), {"document": "{}"})
        raise ZeroDivisionError


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = opened(tmp_path / "library.sqlite")
    with pytest.raises(ZeroDivisionError):
        _fail_after_an_insert(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM media")).scalar() == 0
    database.close()


def test_many_at_once_make_one_library(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    problems: list[Exception] = []

    def open_and_close() -> None:
        try:
            opened(path).close()
        except UserError as error:
            problems.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    assert "it is not a regular file" in refused(tmp_path)


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    assert "it cannot be opened" in refused(tmp_path / ("x" * 300))


def test_a_read_only_profile_is_told(disk: Disk) -> None:
    disk.lock()
    assert "it cannot be opened" in refused(disk.path / "library.sqlite")


def test_a_library_on_a_read_only_disk_is_told_at_the_first_write(disk: Disk) -> None:
    path = disk.path / "library.sqlite"
    opened(path).close()
    disk.lock()
    assert str(path) in refused(path)


def test_a_full_disk_is_told(disk: Disk) -> None:
    if not disk.mounted:
        pytest.skip("only root may mount a disk that is small enough to fill")
    database = opened(disk.path / "library.sqlite")
    with pytest.raises(UserError, match="the disk is full; free some space"), database.writing() as connection:
        connection.execute(text(INSERT), {"document": "x" * 2_000_000})
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM media")).scalar() == 0
    database.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "it is no database address"),
        ("", "it is no database address"),
        ("mysql://host/x", "mysql is not supported"),
        ("sqlite://", "it names no file"),
        ("sqlite:///:memory:", "it names no file"),
    ],
)
def test_addresses_that_lead_nowhere(url: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        Database(url)
