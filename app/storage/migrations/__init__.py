"""The library's schema, step by step. Alembic is loaded only where a database is behind.

Versions are four digits that grow, so that a newer database can be told from an older one.
"""

from __future__ import annotations

HEAD = "0003"
VERSION_TABLE = "insomnia_schema"
