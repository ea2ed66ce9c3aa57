"""Jobs that go on after a restart."""

from __future__ import annotations

import json

from sqlalchemy import delete, select

from app.core.jobs.manager import StoredJob
from app.storage.database import Database
from app.storage.library.upsert import upsert
from app.storage.mapping import storable
from app.storage.tables import jobs


class SqlJobLog:
    """The :class:`app.core.jobs.manager.JobLog` of one database. Safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: StoredJob) -> None:
        """Keep ``job``, in place of one with its id.

        Raises:
            UserError: the database cannot be written.
        """
        values = {
            "kind": job.kind,
            "title": storable(job.title),
            "parameters": json.dumps(job.parameters),
            "pool": job.pool,
            "priority": job.priority,
        }
        with self._database.writing() as connection:
            upsert(connection, jobs, {"id": job.id}, values)

    def done(self, job_id: str) -> None:
        """Forget the job: it ended. One that is not known is no error."""
        with self._database.writing() as connection:
            connection.execute(delete(jobs).where(jobs.c.id == job_id))

    def unfinished(self) -> tuple[StoredJob, ...]:
        """The jobs that were added and never done, in the order of adding."""
        with self._database.reading() as connection:
            rows = connection.execute(select(jobs).order_by(jobs.c.number)).all()
        return tuple(
            StoredJob(row.id, row.kind, row.title, json.loads(row.parameters), row.pool, row.priority) for row in rows
        )
