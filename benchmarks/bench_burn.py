"""What subtitles cost a frame of 1080p: painting a text once, laying it over each picture, and finding it.

A cue is painted once and then kept, so the first figure is paid by one frame of some fifty.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from app.core.base.time import SECOND
from app.core.model.subtitle import SubtitleCue
from app.core.render import planes
from app.core.render.color import usual_color
from app.core.render.cues import CueTimes, overlay
from app.core.render.geometry import Rectangle
from app.core.render.text import SubtitleStyle, paint

WIDTH, HEIGHT = 1920, 1080
CUES = 10_000
ROUNDS = 200
# A frame at 60 fps lasts 16.7 ms, of which subtitles may take a tenth; the player makes eight ahead.
MOST_LAID, MOST_PAINTED = 1.7, 16.7


def milliseconds(work: Callable[[int], object]) -> float:
    """The median processor time of ``work``, which is told the number of its round: other work does not lengthen it."""
    times = []
    for number in range(ROUNDS):
        began = time.process_time()
        work(number)
        times.append(time.process_time() - began)
    return 1000 * statistics.median(times)


def main() -> int:
    """Print the figures; 0 where a frame has time for them."""
    style, area, color = SubtitleStyle(), Rectangle(0, 0, WIDTH, HEIGHT), usual_color(HEIGHT)
    cues = tuple(SubtitleCue(str(n), n * SECOND, n * SECOND + SECOND // 2, str(n)) for n in range(CUES))
    times, picture = CueTimes(cues), planes.black(WIDTH, HEIGHT)

    def text(number: int) -> str:
        return f"We saw the first light of day {number},\nand nobody said “goodbye”."

    painted = paint(text(0), WIDTH, HEIGHT, style)
    assert painted is not None
    made = overlay(painted, color)
    found = {
        "paint the text": milliseconds(lambda number: paint(text(number), WIDTH, HEIGHT, style)),
        "turn it into YUV": milliseconds(lambda _: overlay(painted, color)),
        "copy the picture": milliseconds(lambda _: planes.copy(picture)),
        "lay the text over it": milliseconds(lambda _: made.mix(planes.views(picture), area, 0)),
        f"find it among {CUES} cues": milliseconds(lambda number: times.at(number * SECOND)),
    }
    for name, figure in found.items():
        print(f"{name:28} {figure:8.3f} ms")
    once, each = sum(list(found.values())[:2]), sum(list(found.values())[2:])
    print(f"{'once for a cue':28} {once:8.3f} ms (at most {MOST_PAINTED})")
    print(f"{'for each frame with a cue':28} {each:8.3f} ms (at most {MOST_LAID})")
    return 0 if once <= MOST_PAINTED and each <= MOST_LAID else 1


if __name__ == "__main__":
    sys.exit(main())
