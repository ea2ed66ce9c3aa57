"""The texts of cues: what may stand in them, where they are cut, and how they follow each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.model.subtitle import LONGEST_LINE

_DASHES = ("-", "–", "—")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters that are no line ends; halves of characters, which no file can hold.
_UNREADABLE = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` with line feeds only between its lines, and nothing in it that nobody can read."""
    return _UNREADABLE.sub("", _LINE_END.sub("\n", text.replace("\t", " ")))


def cut_near(text: str, part: int, whole: int) -> int | None:
    """The place of the blank between two words that is nearest to ``part / whole`` of the text; None without one."""
    blanks = [found.start() for found in re.finditer(r"(?<=\S)\s+(?=\S)", text)]
    return min(blanks, key=lambda place: abs(place * whole - len(text) * part)) if blanks else None


def joined(said: Sequence[tuple[str | None, str]]) -> str:
    """One text of several by their speakers, in their order."""
    turns: list[tuple[str | None, str]] = []
    for speaker, text in said:
        if turns and turns[-1][0] == speaker:
            turns[-1] = speaker, _following(turns[-1][1], text)
        else:
            turns.append((speaker, text))
    if len({speaker for speaker, _ in turns} - {None}) > 1:
        return "\n".join(_dashed(text) for _, text in turns if text.strip())
    whole = ""
    for _, text in turns:
        whole = _following(whole, text)
    return whole


def _following(first: str, second: str) -> str:
    """Both on one line where they fit it, else on lines of their own. Dialogue keeps its lines."""
    if not first.strip() or not second.strip():
        return (first if first.strip() else second).strip()
    together = " ".join(f"{first} {second}".split())
    if len(together) <= LONGEST_LINE and not any(map(_is_dialogue, (first, second))):
        return together
    return f"{first.strip()}\n{second.strip()}"


def _dashed(text: str) -> str:
    return text.strip() if _is_dialogue(text) else f"- {text.strip()}"


def _is_dialogue(text: str) -> bool:
    return text.lstrip().startswith(_DASHES)
