"""Media in the library: kept by fingerprint, found by fingerprint or by name."""

from __future__ import annotations

import time

from sqlalchemy import Connection, select

from app.core.session.ports import KnownMedia
from app.storage.library.upsert import add, upsert
from app.storage.mapping import is_of_this_probe, media_from, media_values, storable
from app.storage.tables import media


def find(connection: Connection, fingerprint: str) -> KnownMedia | None:
    """The content of that fingerprint, as this version's probe found it."""
    row = connection.execute(select(media).where(media.c.fingerprint == fingerprint)).first()
    return media_from(row) if row is not None and is_of_this_probe(row) else None


def keep(connection: Connection, known: KnownMedia) -> None:
    """Add the content or replace what was known of it."""
    values = {**media_values(known), "updated_at": time.time()}
    upsert(connection, media, {"fingerprint": known.fingerprint}, values)


def keep_unprobed(connection: Connection, known: KnownMedia) -> None:
    """Add the content where there is no row of it, as something that no probe of this version has seen."""
    values = {**media_values(known, probed=False), "updated_at": time.time()}
    add(connection, media, {"fingerprint": known.fingerprint}, values)


def search(connection: Connection, text: str, limit: int) -> tuple[KnownMedia, ...]:
    """Media whose file name contains ``text`` in any letter case, the newest first."""
    query = (
        select(media)
        .where(media.c.folded_name.contains(storable(text).casefold(), autoescape=True))
        .order_by(media.c.updated_at.desc(), media.c.id.desc())
        .limit(limit)
    )
    found = (media_from(row) for row in connection.execute(query))
    return tuple(each for each in found if each is not None)
