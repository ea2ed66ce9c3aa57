"""Takes one film in, whole, as the window would: ``python -m tests.helpers.import_once FILM``."""

from __future__ import annotations

import sys
from pathlib import Path

from app.core.jobs.inline import InlineContext
from app.main import make_services


def main(film: Path) -> None:
    """Import ``film`` into the profile of the environment; what is there already is not made again."""
    services = make_services()
    try:
        asset = services.ingest.asset(film, InlineContext())
        whole = False
        while not whole:  # as the list of media does, where the cache is deleted
            result = services.ingest.import_media(asset, InlineContext())
            services.ingest.scenes(asset, InlineContext())
            services.ingest.scores(asset, InlineContext())
            whole = all(Path(sign).exists() for sign in result.signs)
    finally:
        services.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
