"""The one door to a database: SQLite in the profile, or PostgreSQL where ``DATABASE_URL`` names it.

Writes take the lock at once (``BEGIN IMMEDIATE``), wait for each other, and happen wholly or
not at all. What the database cannot do is said as a :class:`UserError` that names it. A damaged
library, one of a newer Insomnia, or a database of another program is refused, never changed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, column, create_engine, event, inspect, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
    SQLAlchemyError,
)

from app.core.base.errors import UserError
from app.core.base.files import write_error
from app.storage.migrations import HEAD, VERSION_TABLE

_LOOK_AGAIN = 0.02  # seconds
_BUSY_MILLISECONDS = 10_000
_WRITES = "insomnia_writes"
_SET_ASIDE = "restore a backup, or move it aside: a new library is made then"


class Database:
    """An open database of the present schema. Both kinds of transaction may be used from any thread."""

    def __init__(self, url: str) -> None:
        """Open ``url``, making or migrating the tables where that is needed.

        Raises:
            UserError: no such place, no driver, damaged, busy, newer, or another program's.
        """
        parsed = _parse(url)
        self.name = str(parsed.database) if _is_sqlite(parsed) else parsed.render_as_string(hide_password=True)
        self._is_sqlite = _is_sqlite(parsed)
        if self._is_sqlite:
            _prepare_file(self._file)
        self._engine = self._make_engine(parsed)
        try:
            with self._translated(opening=True):
                self._bring_up_to_date()
        except BaseException:
            self._engine.dispose()
            raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state and changes nothing."""
        with self._translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start; lasting when the block ends."""
        with self._translated(), self._engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin():
                yield writer

    def check(self) -> tuple[str, ...]:
        """What is broken inside, in the database's words; empty when sound. Reads everything."""
        if not self._is_sqlite:
            return ()
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(10)"))]
        return () if found == ["ok"] else tuple(found)

    def close(self) -> None:
        """Give all connections back. Safe to call twice."""
        self._engine.dispose()

    @property
    def _file(self) -> Path:
        return Path(self.name)

    def _make_engine(self, url: URL) -> Engine:
        try:
            engine = create_engine(url)
        except (ImportError, NoSuchModuleError) as error:
            raise UserError(
                self.name,
                "the driver for this kind of database is missing",
                'install "insomnia-video-editor[postgresql]"',
            ) from error
        if self._is_sqlite:
            event.listen(engine, "connect", _prepare_connection)
            event.listen(engine, "begin", _begin)
        return engine

    def _bring_up_to_date(self) -> None:
        with self._engine.connect() as connection:
            version = self._version(connection)
        if version == HEAD:
            return
        from app.storage.migrations.upgrade import upgrade  # alembic costs a third of a second

        if self._is_sqlite:
            self._turn_write_ahead_log_on()
        with self.writing() as connection:
            upgrade(connection)

    def _turn_write_ahead_log_on(self) -> None:
        """Lasts in the file; outside of any transaction, so past SQLAlchemy.

        SQLite does not wait here as it does elsewhere: where others open the new file too, it says busy at once.
        """
        deadline = time.monotonic() + _BUSY_MILLISECONDS / 1000
        raw = self._engine.raw_connection()
        try:
            while True:
                try:
                    raw.cursor().execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(_LOOK_AGAIN)
        finally:
            raw.close()

    def _version(self, connection: Connection) -> str | None:
        """The schema's version; None in a database that is still empty."""
        tables = inspect(connection).get_table_names()
        if VERSION_TABLE not in tables:
            if self._is_sqlite and tables:
                raise UserError(self.name, "it is a database of another program", "name another file")
            return None
        version = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
        if version is not None and str(version) > HEAD:
            why = f"a newer Insomnia wrote it (schema {version}, this one knows {HEAD})"
            raise UserError(self.name, why, "use a newer Insomnia, or another INSOMNIA_HOME or DATABASE_URL")
        return None if version is None else str(version)

    @contextlib.contextmanager
    def _translated(self, *, opening: bool = False) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, DataError):
            raise  # ours to avoid: a bug
        except ProgrammingError as error:
            if not opening:
                raise
            raise self._problem(error) from error
        except (SQLAlchemyError, sqlite3.Error) as error:
            if isinstance(error, SQLAlchemyError) and not isinstance(error, DatabaseError):
                raise
            raise self._problem(error) from error

    def _problem(self, error: Exception) -> UserError:
        detail = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        for sign, why, what_to_do in _SQLITE_SIGNS:
            if self._is_sqlite and sign in detail:
                return UserError(self.name, why, what_to_do)
        return UserError(self.name, f"the database says: {detail}", "check DATABASE_URL and the database")


_SQLITE_SIGNS = (
    ("not a database", "it is damaged or not a database", _SET_ASIDE),
    ("malformed", "it is damaged", _SET_ASIDE),
    ("no such table", "it is damaged: a table is missing", _SET_ASIDE),
    ("no such column", "it is damaged: a column is missing", _SET_ASIDE),
    ("locked", "another program keeps it busy", "try again when that has finished"),
    ("readonly", "writing there is not allowed", "check its permissions or choose another INSOMNIA_HOME"),
    ("unable to open", "it cannot be opened", "check its permissions or choose another INSOMNIA_HOME"),
    ("full", "the disk is full", "free some space"),
    ("disk I/O error", "the disk reports an error", "check the disk"),
)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UserError(
            "DATABASE_URL", "it is no database address", "write sqlite:///FILE or postgresql://…"
        ) from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        why = f"{parsed.get_backend_name()} is not supported"
        raise UserError("DATABASE_URL", why, "write sqlite:///FILE or postgresql://…")
    if _is_sqlite(parsed):
        if not parsed.database or parsed.database == ":memory:":
            raise UserError("DATABASE_URL", "it names no file", "write sqlite:///FILE")
        parsed = parsed.set(database=os.path.abspath(parsed.database))
    return parsed


def sqlite_url(file: Path) -> str:
    """The address of the SQLite database in ``file``, whatever characters its name has."""
    return URL.create("sqlite", database=os.path.abspath(file)).render_as_string(hide_password=False)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _prepare_file(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise write_error(file.parent, error) from error
    if os.path.exists(file) and not os.path.isfile(file):  # noqa: PTH110, PTH113 - never raise
        raise UserError(str(file), "it is not a regular file", "name another file")


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
