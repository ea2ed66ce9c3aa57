"""Scripts are read strictly: every step of the interface is understood, everything else is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.ui.script.steps import (
    ChooseMenu,
    Click,
    Drag,
    Drop,
    Key,
    Pause,
    Place,
    Quit,
    Resize,
    RunAction,
    Screenshot,
    Step,
    Type,
    WaitFile,
    WaitIdle,
    WriteState,
    read_script,
)


def read(folder: Path, *entries: Any) -> tuple[Step, ...]:
    path = folder / "steps.json"
    path.write_text(json.dumps(list(entries)))
    return read_script(path)


def test_every_kind_of_step_is_understood(tmp_path: Path) -> None:
    steps = read(
        tmp_path,
        {"action": "timeline.split", "params": {"frame": 10}},
        {"action": "edit.undo"},
        {"click": "mediaPane", "item": 2, "at": [3, 4], "button": "right", "modifiers": "Shift"},
        {"double_click": "scenesPane", "item": 0},
        {"drag": "timelinePane", "item": "clip", "to_at": [200, 40]},
        {"drag": "scenesPane", "item": 1, "to": "timelinePane", "to_at": [9, 9]},
        {"key": "Ctrl+K"},
        {"type": "words"},
        {"menu": "File/Export..."},
        {"drop": ["a.mp4", "b.mp4"], "on": "timelinePane", "at": [5, 6]},
        {"resize": [1280, 720]},
        {"wait": "idle"},
        {"wait": "idle", "timeout": 5},
        {"wait": "file", "file": "ready", "timeout": 3},
        {"pause": 0.5},
        {"state": "state.json"},
        {"screenshot": "picture.png"},
        {"screenshot": "monitor.png", "of": "programMonitor"},
        {"quit": True},
    )
    assert steps == (
        RunAction("timeline.split", {"frame": 10}),
        RunAction("edit.undo"),
        Click(Place("mediaPane", 2, (3, 4)), False, "right", "Shift"),
        Click(Place("scenesPane", 0), True),
        Drag(Place("timelinePane", "clip"), Place("timelinePane", None, (200, 40))),
        Drag(Place("scenesPane", 1), Place("timelinePane", None, (9, 9))),
        Key("Ctrl+K"),
        Type("words"),
        ChooseMenu("File/Export..."),
        Drop(("a.mp4", "b.mp4"), Place("timelinePane", None, (5, 6))),
        Resize(1280, 720),
        WaitIdle(60.0),
        WaitIdle(5.0),
        WaitFile("ready", 3.0),
        Pause(0.5),
        WriteState("state.json"),
        Screenshot("picture.png"),
        Screenshot("monitor.png", "programMonitor"),
        Quit(),
    )


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (3, "no object"),
        ({}, "no kind"),
        ({"jump": 1}, "no kind"),
        ({"key": "A", "type": "b"}, "several kinds"),
        ({"key": 5}, "text"),
        ({"key": "A", "at": [1, 2]}, "does not know"),
        ({"click": "x", "at": [1]}, r"\[x, y\]"),
        ({"click": "x", "item": True}, "row or an id"),
        ({"click": "x", "button": "fourth"}, "left, right, middle"),
        ({"drop": []}, "list of paths"),
        ({"resize": [0, 100]}, "width"),
        ({"wait": "a while"}, "idle"),
        ({"wait": "idle", "timeout": -1}, "seconds"),
        ({"wait": "file"}, "file"),
        ({"pause": 0}, "seconds"),
        ({"pause": "long"}, "seconds"),
        ({"action": "x", "params": [1]}, "object"),
    ],
)
def test_a_malformed_step_is_named(tmp_path: Path, entry: Any, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        read(tmp_path, {"quit": True}, entry)
    assert "step 2" in caught.value.why
    assert "steps.json" in caught.value.what


@pytest.mark.parametrize("text", ["", "{", "{}", "[" * 100_000], ids=["empty", "half", "object", "deep"])
def test_what_is_no_script_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "steps.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"steps\.json"):
        read_script(path)


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.json"):
        read_script(tmp_path / "none.json")
