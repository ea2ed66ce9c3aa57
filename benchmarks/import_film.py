"""Imports one film into a fresh profile, as the window would: scenes, thumbnails, peaks and the proxy.

``python -m benchmarks.import_film FILM`` prints the peak memory of this process and its workers in kB.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path

from app.core.jobs.inline import InlineContext
from app.main import make_services


def main(film: Path) -> None:
    """Import ``film``; the profile is thrown away."""
    with tempfile.TemporaryDirectory(prefix="insomnia-bench-") as home:
        os.environ["INSOMNIA_HOME"] = home
        services = make_services()
        try:
            asset = services.ingest.asset(film, InlineContext())
            services.ingest.import_media(asset, InlineContext())
            services.ingest.scenes(asset, InlineContext())
        finally:
            services.close()
    parts = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print(" ".join(str(resource.getrusage(part).ru_maxrss) for part in parts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
