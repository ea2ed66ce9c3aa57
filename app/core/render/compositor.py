"""Makes each frame of a film from the pictures below it. Preview and export are this one code."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import av
from av.video.reformatter import Interpolation, VideoReformatter

from app.core.base import time
from app.core.media.source import StandIn, VideoSource
from app.core.media.tone import Hdr, ToneMapper, hdr_of
from app.core.model.asset import Asset, Color, VideoStream
from app.core.render import planes
from app.core.render.color import matrix_number, meant_color, same_numbers
from app.core.render.cues import CuePainter
from app.core.render.geometry import Rectangle, fit, shown_size
from app.core.render.plan import PictureSpan, RenderPlan

_RANGE_NUMBERS = {"limited": 1, "full": 2}
# Without accurate rounding every picture comes out a level or two darker.
_SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND
_MOST_SCALERS = 32


class PictureSources(Protocol):
    """Where open pictures come from (``media.pool``)."""

    def video(self, asset: Asset) -> VideoSource:
        """The picture of ``asset``, opened now or before.

        Raises:
            UserError: the file is gone, damaged or holds no picture.
        """


@dataclass(frozen=True, slots=True)
class _Layer:
    """One source picture and where it goes."""

    frame: av.VideoFrame
    place: Rectangle
    video: VideoStream
    color: Color

    @property
    def upright(self) -> bool:
        return self.video.rotation == 0 and not self.video.mirrored

    @property
    def pixel_format(self) -> str:
        """What it is worked on as."""
        return "yuva420p" if self.video.alpha and _has_alpha(self.frame) else "yuv420p"


class Compositor:
    """The frames of a plan. Belongs to one thread, as its sources do."""

    def __init__(self, plan: RenderPlan, sources: PictureSources) -> None:
        self._plan = plan
        self._sources = sources
        self._assets = {asset.id: asset for asset in plan.assets}
        self._whole = Rectangle(0, 0, plan.width, plan.height)
        self._tracks = [(track, [span.start_frame for span in track]) for track in reversed(plan.pictures)]
        self._scalers: dict[tuple[object, ...], VideoReformatter] = {}
        self._mappers: dict[tuple[Hdr, int, int], ToneMapper] = {}
        self._black = planes.black(plan.width, plan.height)
        self._cues = CuePainter(plan.cues, plan.area, plan.color) if plan.subtitles == "burn" else None

    def frame(self, number: int) -> av.VideoFrame:
        """Sequence frame ``number``: yuv420p, limited range, of the plan's size and colour.

        It may be the decoder's own picture or one that was handed out before: it must not be
        written to.

        Raises:
            UserError: a source file is gone or damaged there, or a subtitle cannot be painted.
        """
        picture = self._picture(number)
        texts = self._cues.texts(number, self._plan.rate) if self._cues is not None else ()
        if self._cues is None or not texts:
            return picture
        written = planes.copy(picture)
        self._cues.draw(texts, written)
        return written

    def _picture(self, number: int) -> av.VideoFrame:
        """The frame without subtitles."""
        layers = list(self._layers(number))
        if not layers:
            return self._black
        if len(layers) == 1 and layers[0].place == self._whole and layers[0].upright:
            layer = layers[0]
            if self._is_finished(layer):
                return layer.frame
            if layer.pixel_format == "yuv420p":
                return self._scaled(layer)
        canvas = planes.black(self._plan.width, self._plan.height)
        shared = planes.views(canvas)
        for layer in reversed(layers):
            picture = planes.views(self._scaled(layer))
            if not layer.upright:
                picture = tuple(planes.turned(each, layer.video.rotation, layer.video.mirrored) for each in picture)
            planes.paste(shared, picture, layer.place)
        return canvas

    def _layers(self, number: int) -> Iterator[_Layer]:
        """What is seen, from the top down to the first picture that hides everything below."""
        moment = time.frame_start(number, self._plan.rate)
        for track, starts in self._tracks:
            span = _span_at(track, starts, number)
            if span is None:
                continue
            asset = self._assets[span.asset_id]
            source = self._sources.video(asset)
            if span.media is None:
                shown = moment + span.source_offset
            else:
                shown = span.media.shown(moment, time.frame_start(number + 1, self._plan.rate))
            layer = self._layer(source.frame_at(shown), asset, source.stand_in)
            yield layer
            if layer.place == self._plan.area and layer.pixel_format == "yuv420p":
                return

    def _layer(self, frame: av.VideoFrame, asset: Asset, proxy: StandIn | None) -> _Layer:
        video = asset.info.video
        assert video is not None
        stored = (frame.width, frame.height) if proxy is None else (proxy.width, proxy.height)
        shown = shown_size(*stored, video.sample_aspect, video.rotation)
        color = meant_color(video.color if proxy is None else proxy.color, stored[1])
        if frame.format.name.startswith("yuvj"):
            color = Color(color.primaries, color.transfer, color.matrix, "full")
        return _Layer(frame, fit(*shown, self._plan.area), video, color)

    def _is_finished(self, layer: _Layer) -> bool:
        """Whether the decoded picture is the film's picture as it is."""
        size = (layer.frame.width, layer.frame.height) == (self._plan.width, self._plan.height)
        plain = size and layer.frame.format.name == "yuv420p" and same_numbers(layer.color, self._plan.color)
        return plain and self._tone(layer) is None

    def _tone(self, layer: _Layer) -> Hdr | None:
        """The dynamic range that the picture has and the film has not."""
        return hdr_of(layer.color.transfer) if hdr_of(self._plan.color.transfer) is None else None

    def _scaled(self, layer: _Layer) -> av.VideoFrame:
        """The picture at its size in the film, in the film's colour, not yet turned."""
        width, height = layer.place.width, layer.place.height
        if layer.video.rotation % 180 == 90:
            width, height = height, width
        source, target = matrix_number(layer.color), matrix_number(self._plan.color)
        frame, range_number, tone = layer.frame, _RANGE_NUMBERS[layer.color.range or "limited"], self._tone(layer)
        if tone is not None:
            full = range_number == _RANGE_NUMBERS["full"]
            frame = self._mapper(tone, width, height).mapped(frame, width, height, source, full=full)
            range_number = _RANGE_NUMBERS["full"]
        return self._scaler(layer, width, height).reformat(
            frame,
            width,
            height,
            layer.pixel_format,
            src_colorspace=source,
            dst_colorspace=target,
            interpolation=_SCALING,
            src_color_range=range_number,
            dst_color_range=_RANGE_NUMBERS["limited"],
            threads=1,
        )

    def _mapper(self, tone: Hdr, width: int, height: int) -> ToneMapper:
        key = (tone, width, height)
        if key not in self._mappers and len(self._mappers) >= _MOST_SCALERS:
            self._mappers.clear()
        return self._mappers.setdefault(key, ToneMapper(tone))

    def _scaler(self, layer: _Layer, width: int, height: int) -> VideoReformatter:
        """A scaler that last did the same work: setting one up costs more than using it."""
        frame = layer.frame
        key = (frame.format.name, frame.width, frame.height, width, height, layer.color)
        if key not in self._scalers and len(self._scalers) >= _MOST_SCALERS:
            self._scalers.clear()
        return self._scalers.setdefault(key, VideoReformatter())


def _span_at(track: tuple[PictureSpan, ...], starts: list[int], number: int) -> PictureSpan | None:
    position = bisect_right(starts, number) - 1
    return track[position] if position >= 0 and number < track[position].end_frame else None


def _has_alpha(frame: av.VideoFrame) -> bool:
    return any(component.is_alpha for component in frame.format.components)
