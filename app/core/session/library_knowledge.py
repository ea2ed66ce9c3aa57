"""The library as timelines of other programs see it: scenes and words go out with OTIO, and come in once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.core.interchange.knowledge import Known
from app.core.model.asset import Asset
from app.core.session.ports import KnownMedia, Library

if TYPE_CHECKING:
    from app.core.session.transcription import Transcription


class LibraryKnowledge:
    """The :class:`app.core.interchange.knowledge.Knowledge` of one library. Both parts are made when they
    are first asked for."""

    def __init__(self, library: Callable[[], Library], transcription: Callable[[], Transcription]) -> None:
        self._library = library
        self._transcription = transcription

    def known(self, asset: Asset, /) -> Known:
        """The scenes as an import finds them, and the newest words.

        Raises:
            UserError: the library cannot be read.
        """
        from app.core.session.ingest import USUAL_SCENES

        words = self._transcription().newest(asset)
        return Known(self._library().scenes(asset.fingerprint, USUAL_SCENES), USUAL_SCENES, words)

    def learn(self, asset: Asset, known: Known, /) -> Iterable[str]:
        """Keep what the library has not: nothing in it is ever replaced.

        Raises:
            UserError: the library cannot be read or written.
        """
        from app.core.session.ingest import USUAL_SCENES

        problems = []
        if known.scenes is not None and known.method != USUAL_SCENES:
            problems.append("its scenes were found in another way than here and are left out")
        elif known.scenes is not None:
            library = self._library()
            if library.scenes(asset.fingerprint, USUAL_SCENES) is None:
                if library.media(asset.fingerprint) is None:
                    library.keep_media(KnownMedia(asset.fingerprint, asset.size, asset.path, asset.info), probed=False)
                library.keep_scenes(asset.fingerprint, USUAL_SCENES, known.scenes)
        if known.words is not None:
            self._transcription().adopt(asset, known.words)
        return problems
