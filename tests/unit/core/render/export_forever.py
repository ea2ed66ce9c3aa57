"""A process that exports a film that takes minutes, to be killed on the way: media, target."""

from __future__ import annotations

import sys
from pathlib import Path

from app.core.jobs.inline import InlineContext
from app.core.render.export import export
from app.core.render.preset import find_preset
from app.core.render.target import Destination
from tests.unit.core.render.films import OpenFilms, asset_of, straight_plan

if __name__ == "__main__":
    long_plan = straight_plan(asset_of(Path(sys.argv[1])), [(0, 50)] * 4000, size=(640, 360), sound=False)
    export(long_plan, Destination(Path(sys.argv[2])), find_preset("mp4"), "high", OpenFilms(), InlineContext())
