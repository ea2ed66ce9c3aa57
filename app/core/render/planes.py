"""Pictures as planes of numbers: 8-bit 4:2:0, limited range, worked on without a way through RGB."""

from __future__ import annotations

from typing import TypeAlias

import av
import numpy as np
import numpy.typing as npt

from app.core.render.geometry import Rectangle

Plane: TypeAlias = npt.NDArray[np.uint8]

_BLACK = (16, 128, 128)


def views(frame: av.VideoFrame) -> tuple[Plane, ...]:
    """The planes of a planar 8-bit frame, each of shape (height, width), sharing its memory."""
    return tuple(
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    )


def black(width: int, height: int) -> av.VideoFrame:
    """A new black yuv420p picture."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, level in zip(views(frame), _BLACK, strict=True):
        plane[:] = level
    return frame


def copy(frame: av.VideoFrame) -> av.VideoFrame:
    """The yuv420p picture ``frame`` once more, in memory of its own."""
    made = av.VideoFrame(frame.width, frame.height, "yuv420p")
    for target, source in zip(views(made), views(frame), strict=True):
        target[:] = source
    return made


def turned(plane: Plane, rotation: int, mirrored: bool) -> Plane:
    """``plane`` mirrored left to right if so, then turned clockwise by ``rotation`` degrees."""
    import cv2

    if mirrored:
        plane = cv2.flip(plane, 1).astype(np.uint8, copy=False)
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    if rotation in turns:
        plane = cv2.rotate(plane, turns[rotation]).astype(np.uint8, copy=False)
    return plane


def paste(canvas: tuple[Plane, ...], picture: tuple[Plane, ...], place: Rectangle) -> None:
    """Put a yuv420p or yuva420p ``picture`` of the size of ``place`` there; alpha mixes it with what was."""
    alpha = picture[3] if len(picture) == 4 else None
    for number, (below, above) in enumerate(zip(canvas, picture[:3], strict=True)):
        step = 1 if number == 0 else 2
        top, left = place.y // step, place.x // step
        part = below[top : top + above.shape[0], left : left + above.shape[1]]
        if alpha is None:
            part[:] = above
        else:
            _mix(part, above, alpha if number == 0 else _halved(alpha))


def _mix(below: Plane, above: Plane, alpha: Plane) -> None:
    weight = alpha.astype(np.uint16)
    below[:] = (below * (255 - weight) + above * weight + 127) // 255


def _halved(alpha: Plane) -> Plane:
    """Mean of each two by two pixels: the alpha of a chroma sample."""
    wide = alpha.astype(np.uint16)
    total = wide[::2, ::2] + wide[1::2, ::2] + wide[::2, 1::2] + wide[1::2, 1::2]
    return ((total + 2) // 4).astype(np.uint8)
