"""Key maps: which keys run which action. Data in ``resources/keymaps``, one JSON each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True)
class Keymap:
    """Keys by action name, in Qt's portable notation; the first of each is the one that is shown."""

    name: str
    title: str
    keys: Mapping[str, tuple[str, ...]]

    def sequences(self, action: str) -> list[QKeySequence]:
        """The keys of ``action``; none where the map does not name it."""
        return [QKeySequence.fromString(keys) for keys in self.keys.get(action, ())]

    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """Keys that two actions claim, with the names of both."""
        owners: dict[str, list[str]] = {}
        for action, keys in self.keys.items():
            for each in keys:
                owners.setdefault(QKeySequence.fromString(each).toString(), []).append(action)
        return {keys: tuple(actions) for keys, actions in owners.items() if len(actions) > 1}


def load_keymap(name: str = "default") -> Keymap:
    """The key map that ships under that name.

    Raises:
        FileNotFoundError: there is none.
    """
    return read_keymap((files("resources") / "keymaps" / f"{name}.json").read_text(encoding="utf-8"))


def read_keymap(text: str) -> Keymap:
    """A key map from its JSON.

    Raises:
        ValueError: the text is no key map, or names keys that do not exist.
    """
    data = json.loads(text)
    if not isinstance(data, dict) or not isinstance(data.get("keys"), dict):
        raise ValueError("a key map is an object with name, title and keys")
    keys: dict[str, tuple[str, ...]] = {}
    for action, listed in data["keys"].items():
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise ValueError(f"the keys of {action} are no list of texts")
        wrong = [each for each in listed if not _is_key(each)]
        if wrong:
            raise ValueError(f"{action} has a key that does not exist: {wrong[0]}")
        keys[action] = tuple(listed)
    return Keymap(str(data.get("name", "")), str(data.get("title", "")), keys)


def _is_key(text: str) -> bool:
    """Qt reads anything; what it did not understand does not come back as it was."""
    sequence = QKeySequence.fromString(text)
    return sequence.count() == 1 and sequence.toString().lower() == text.lower()
