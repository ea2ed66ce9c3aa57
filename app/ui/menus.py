"""The menus and the icons of actions, declared once. Names are those of actions; None is a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu: names of actions, lines, and menus inside."""

    title: str
    entries: tuple[str | Menu | None, ...]


RECENT_MENU = "Open Recent"
MARKERS_MENU = "Go to Marker"

TOOLS = ("tool.select", "tool.razor", "tool.ripple", "tool.roll", "tool.slip", "tool.slide")

MENUS: tuple[Menu, ...] = (
    Menu(
        "&File",
        (
            "file.new",
            "file.open",
            Menu(RECENT_MENU, ()),
            None,
            "file.save",
            "file.saveAs",
            "versions.show",
            None,
            "media.import",
            "media.relink",
            "file.collect",
            "file.export",
            None,
            "file.importTimeline",
            "file.exportTimeline",
            None,
            "file.quit",
        ),
    ),
    Menu(
        "&Edit",
        (
            "edit.undo",
            "edit.redo",
            None,
            "edit.cut",
            "edit.copy",
            "edit.paste",
            "edit.pasteInsert",
            "edit.pasteAttributes",
            "edit.duplicate",
            None,
            "timeline.lift",
            "timeline.rippleDelete",
            "timeline.closeGap",
            None,
            "edit.selectAll",
            "edit.deselect",
        ),
    ),
    Menu(
        "&Timeline",
        (
            "timeline.append",
            "timeline.insert",
            "timeline.overwrite",
            "timeline.replace",
            None,
            "timeline.split",
            "timeline.splitAll",
            "timeline.trimStart",
            "timeline.trimEnd",
            "timeline.rippleTrimStart",
            "timeline.rippleTrimEnd",
            None,
            "timeline.liftRange",
            "timeline.extract",
            None,
            Menu(
                "Nudge",
                (
                    "timeline.nudgeBack",
                    "timeline.nudgeForward",
                    "timeline.nudgeFarBack",
                    "timeline.nudgeFarForward",
                ),
            ),
            "timeline.link",
            "timeline.group",
            "timeline.ungroup",
            None,
            "clip.setSpeed",
            "clip.freezeFrame",
            "clip.setGain",
            None,
            "timeline.addVideoTrack",
            "timeline.addAudioTrack",
            None,
            Menu("Tools", TOOLS),
            "timeline.snapping",
            "timeline.linking",
            None,
            "sequence.change",
        ),
    ),
    Menu(
        "Mar&kers",
        (
            "marker.add",
            "marker.addRange",
            "marker.edit",
            "marker.remove",
            None,
            "marker.previous",
            "marker.next",
            None,
            Menu(MARKERS_MENU, ()),
        ),
    ),
    Menu("&Media", ("media.import", None, "media.transcribe", "media.transcribeNew", None, "media.remove")),
    Menu(
        "&View",
        (
            "view.browser",
            "view.side",
            None,
            "view.zoomIn",
            "view.zoomOut",
            "view.zoomFit",
            None,
            Menu("Theme", ("view.themeDark", "view.themeLight")),
            "view.resetLayout",
            "view.fullScreen",
        ),
    ),
    Menu(
        "&Playback",
        (
            "playback.toggle",
            "playback.shuttleBack",
            "playback.pause",
            "playback.shuttleForward",
            None,
            "playback.stepBack",
            "playback.stepForward",
            "playback.secondBack",
            "playback.secondForward",
            "playback.previousEdit",
            "playback.nextEdit",
            "playback.toStart",
            "playback.toEnd",
            None,
            "playback.proxies",
            None,
            "playback.markIn",
            "playback.markOut",
            "playback.goToMarkIn",
            "playback.goToMarkOut",
            "playback.clearMarks",
        ),
    ),
    Menu(
        "&Subtitles",
        (
            "subtitles.add",
            "subtitles.split",
            "subtitles.merge",
            "subtitles.delete",
            None,
            "subtitles.setIn",
            "subtitles.setOut",
            None,
            "subtitles.previous",
            "subtitles.next",
            None,
            "subtitles.fromSpeech",
            "subtitles.import",
            "subtitles.export",
            None,
            "subtitles.visible",
        ),
    ),
    Menu("&Help", ("help.about",)),
)

ICONS: Mapping[str, str] = {
    "edit.redo": "redo",
    "edit.undo": "undo",
    "file.export": "export",
    "file.new": "new",
    "file.open": "open",
    "file.save": "save",
    "marker.add": "marker",
    "media.import": "import",
    "playback.markIn": "mark_in",
    "playback.markOut": "mark_out",
    "playback.stepBack": "step_back",
    "playback.stepForward": "step_forward",
    "playback.toEnd": "to_end",
    "playback.toStart": "to_start",
    "playback.toggle": "play",
    "subtitles.add": "plus",
    "subtitles.delete": "delete",
    "timeline.append": "append",
    "timeline.insert": "insert",
    "timeline.lift": "delete",
    "timeline.group": "group",
    "timeline.linking": "link",
    "timeline.overwrite": "overwrite",
    "timeline.rippleDelete": "ripple_delete",
    "timeline.snapping": "snap",
    "timeline.split": "split",
    "timeline.trimEnd": "trim_end",
    "timeline.trimStart": "trim_start",
    "tool.razor": "razor",
    "tool.ripple": "ripple",
    "tool.roll": "roll",
    "tool.select": "select",
    "tool.slide": "slide",
    "tool.slip": "slip",
    "view.browser": "panel_left",
    "view.fullScreen": "full_screen",
    "view.side": "panel_right",
    "view.zoomFit": "fit",
    "view.zoomIn": "zoom_in",
    "view.zoomOut": "zoom_out",
}

# These also work while text is edited; all others leave their keys to the text.
WHILE_TYPING = frozenset(
    {"file.new", "file.open", "file.save", "file.saveAs", "file.export", "file.quit", "media.import", "view.fullScreen"}
)

# Switches of which exactly one is on.
EXCLUSIVE: tuple[tuple[str, ...], ...] = (TOOLS, ("view.themeDark", "view.themeLight"))
