"""Pictures of a film as a screen shows them: RGB of 8 bits, high dynamic range made fit for it."""

from __future__ import annotations

import av
from av.video.reformatter import Interpolation, VideoReformatter

from app.core.media.tone import Hdr, ToneMapper, hdr_of
from app.core.model.asset import Color
from app.core.render.color import matrix_number

_FORMAT = "bgr0"


class ScreenPictures:
    """Turns the frames of plans into what is shown. Belongs to one thread."""

    def __init__(self) -> None:
        self._converter = VideoReformatter()
        self._mappers: dict[Hdr, ToneMapper] = {}

    def picture(self, frame: av.VideoFrame, color: Color) -> av.VideoFrame:
        """``frame`` of a film of that (filled-in) colour, limited range, as ``bgr0`` of the same size."""
        width, height = frame.width, frame.height
        matrix, kind = matrix_number(color), hdr_of(color.transfer)
        if kind is not None:
            if kind not in self._mappers:
                self._mappers[kind] = ToneMapper(kind)
            mapped = self._mappers[kind].mapped(frame, width, height, matrix, full=False)
            return self._converter.reformat(mapped, width, height, _FORMAT, threads=1)
        # swscale's fast way writes blocks of 8 pixels and may leave what is beside the last one as it was
        way = Interpolation.BILINEAR if width % 8 == 0 else Interpolation.BILINEAR | Interpolation.ACCURATE_RND
        return self._converter.reformat(
            frame, width, height, _FORMAT, src_colorspace=matrix, interpolation=way, threads=1
        )
