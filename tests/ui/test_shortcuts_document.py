"""docs/shortcuts.md is made from the menus and the key map; ``INSOMNIA_WRITE_DOCS=1`` writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import QKeySequence

from app.ui.editor import Editor
from app.ui.menus import MENUS, Menu

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "shortcuts.md"
HEAD = """# Keys

The default key map, in the order of the menus. While text is edited, keys belong to the text; those of the
File menu work there as well.

Held together, K and J or K and L step frame by frame. On the timeline: Esc leaves a drag, then the tool, then the
selection. The wheel scrolls, Ctrl+wheel zooms at the pointer, Shift+wheel scrolls sideways, Alt+wheel changes the
height of tracks, the middle button pans. Ctrl+click adds to the selection or takes from it, Shift+click selects all
between. A drag with Alt leaves linked sound and groups behind, with Shift it keeps to its track or its time, with Ctrl
it inserts instead of overwriting.
"""


def names(menu: Menu) -> Iterator[str]:
    for entry in menu.entries:
        if isinstance(entry, Menu):
            yield from names(entry)
        elif entry is not None:
            yield entry


def made(editor: Editor) -> str:
    parts = [HEAD]
    for menu in MENUS:
        rows = []
        for name in names(menu):
            action = editor.qt_actions.action(name)
            keys = [each.toString(QKeySequence.SequenceFormat.PortableText) for each in action.shortcuts()]
            if keys:
                title = action.text().replace("&&", "&")
                rows.append(f"| {title} | {', '.join(f'`{each}`' for each in keys)} | `{name}` |")
        if rows:
            parts.append(f"\n## {menu.title.replace('&', '')}\n\n| does | keys | action |\n|---|---|---|\n")
            parts.append("\n".join(rows) + "\n")
    return "".join(parts)


def test_the_document_is_what_the_program_does(editor: Editor) -> None:
    text = made(editor)
    if os.environ.get("INSOMNIA_WRITE_DOCS"):
        DOCUMENT.write_text(text, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == text
