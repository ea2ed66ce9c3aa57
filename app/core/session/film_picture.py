"""The picture by which a film is known in lists: one of its thumbnails, or what one seek found."""

from __future__ import annotations

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.media.poster import Posters
from app.core.media.telling import most_telling, tells
from app.core.model.asset import Asset
from app.core.session.ingest import Ingest

_INTO = 10  # a tenth into the film


def film_picture(asset: Asset, ingest: Ingest, posters: Posters, context: JobContext) -> bytes | None:
    """A JPEG of ``asset``: of the thumbnails that there are, one near its tenth part that is neither nearly black
    nor flat; its poster where none is, or whichever of both varies most. None for sound. Blocks.

    Raises:
        UserError: no picture of it can be made.
        Cancelled: ``context`` was cancelled.
    """
    video = asset.info.video
    if video is None:
        return None
    found = ingest.telling_thumbnail(asset, video.start + (video.duration or 0) // _INTO)
    if found is None:
        return posters.poster(asset, context)
    if tells(found):
        return found
    try:
        return most_telling((found, posters.poster(asset, context)))
    except UserError:
        return found
