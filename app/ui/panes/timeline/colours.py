"""The theme's colours as the timeline's painters want them: made once for a theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor

from app.core.model.marker import MarkerColor
from app.ui.theme import Theme

# Colours that people choose, the same in both themes; each stands out from both rulers.
MARKER_PAINTS: Mapping[MarkerColor, QColor] = {
    "red": QColor("#e0524a"),
    "orange": QColor("#dd7a2b"),
    "yellow": QColor("#c59a1c"),
    "green": QColor("#3f9f62"),
    "cyan": QColor("#2b9ba8"),
    "blue": QColor("#4a86e0"),
    "purple": QColor("#9365d6"),
    "pink": QColor("#d65f9c"),
}


def mixed(one: str, other: str, share: float) -> QColor:
    """``one`` with that share of ``other`` in it."""
    a, b = QColor(one), QColor(other)
    parts = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + (y - x) * share) for x, y in parts))


def faint(colour: str, opacity: float) -> QColor:
    """``colour``, seen through."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


@dataclass(frozen=True, slots=True)
class ClipColours:
    """One kind of clip: the strip with the name, what lies below it, the name itself."""

    strip: QColor
    body: QColor
    text: QColor


@dataclass(frozen=True, slots=True)
class Colours:
    """Everything the timeline paints with."""

    theme: Theme
    background: QColor
    lane: QColor
    header: QColor
    hatch: QColor
    waveform: QColor
    line: QColor
    text: QColor
    muted_text: QColor
    accent: QColor
    error: QColor
    on_error: QColor
    playhead: QColor
    snap_line: QColor
    selected: QColor
    band: QColor
    raised: QColor
    marks: QColor
    ruler: QColor
    tick: QColor
    clips: dict[str, ClipColours]
    resting: dict[str, ClipColours]

    @classmethod
    def of(cls, theme: Theme) -> Colours:
        """The colours of ``theme``."""
        return cls(
            theme=theme,
            background=QColor(theme.panel),
            lane=QColor(theme.track),
            header=QColor(theme.track_header),
            hatch=faint(theme.line, 0.7),
            waveform=QColor(theme.waveform),
            line=QColor(theme.line),
            text=QColor(theme.text),
            muted_text=QColor(theme.muted_text),
            accent=QColor(theme.accent),
            error=QColor(theme.error),
            on_error=QColor(theme.panel),
            playhead=QColor(theme.playhead),
            snap_line=QColor(theme.snap_line),
            selected=QColor(theme.clip_selected),
            band=faint(theme.accent, 0.16),
            raised=QColor(theme.raised),
            marks=faint(theme.accent, 0.12),
            ruler=QColor(theme.ruler),
            tick=mixed(theme.line, theme.muted_text, 0.35),
            clips=_kinds(theme, 0.0),
            resting=_kinds(theme, 0.6),
        )


def _kinds(theme: Theme, rest: float) -> dict[str, ClipColours]:
    """Colours by kind of media; those of hidden and muted tracks are ``rest`` of the way to the track."""
    kinds = {
        "video": theme.clip_video,
        "audio": theme.clip_audio,
        "image": theme.clip_image,
        "offline": theme.clip_offline,
    }
    text = mixed(theme.clip_text, theme.muted_text, rest)
    return {
        kind: ClipColours(mixed(colour, theme.track, rest), mixed(colour, theme.track, 0.35 + rest * 0.5), text)
        for kind, colour in kinds.items()
    }
