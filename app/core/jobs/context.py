"""What a running job may say, and how it learns that it should stop."""

from __future__ import annotations

from typing import Protocol


class JobContext(Protocol):
    """Handed to every long function. Reporting is where a cancelled job stops.

    Used from the one thread that runs the job.
    """

    def report(self, done: float, message: str = "") -> None:
        """Say how much is done, 0 to 1, and with what; passed on at most ten times a second.

        Raises:
            Cancelled: somebody cancelled this job.
        """

    def check(self) -> None:
        """Stop here if cancelled, without reporting.

        Raises:
            Cancelled: somebody cancelled this job.
        """
