"""Add one row, or add or replace it, in one statement, in either kind of database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table, keys: dict[str, Any], values: dict[str, Any]) -> int:
    """Make the row of ``table`` with the unique ``keys`` hold ``values``; returns its primary key, a number."""
    (key,) = table.primary_key.columns
    if connection.dialect.name == "postgresql":
        pg = postgresql.insert(table).values(**keys, **values)
        statement = pg.on_conflict_do_update(index_elements=list(keys), set_=values).returning(key)
        return int(connection.execute(statement).scalar_one())
    lite = sqlite.insert(table).values(**keys, **values)
    return int(
        connection.execute(
            lite.on_conflict_do_update(index_elements=list(keys), set_=values).returning(key)
        ).scalar_one()
    )


def add(connection: Connection, table: Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """Make the row of ``table`` with the unique ``keys`` where there is none; one that is there stays as it is."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(table).values(**keys, **values).on_conflict_do_nothing(index_elements=list(keys)))
