"""Whatever a project file holds, the answer is a project or one clear sentence, quickly."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.base.errors import UserError
from app.storage import project_file
from app.storage.project_file import ProjectFiles, to_bytes
from tests.helpers.document import clip, gap, project, track

STORE = ProjectFiles()


def good() -> dict[str, Any]:
    made = project(track("V1", clip("a", 10), gap(5), clip("b", 20, source=30)))
    loaded: dict[str, Any] = json.loads(to_bytes(made, Path("/media")))
    return loaded


def refused(path: Path, content: bytes) -> UserError:
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        STORE.load(path)
    assert caught.value.what == str(path)
    assert "\n" not in str(caught.value)
    return caught.value


RAW = {
    "empty": (b"", "it is empty"),
    "zeros": (bytes(4096), "it is empty"),
    "text": (b"Once upon a time", "not valid JSON"),
    "half": (json.dumps(good()).encode()[:2000], "not valid JSON"),
    "latin": (b'{"format": "caf\xe9"}', "no UTF-8 text"),
    "utf-16": (json.dumps(good()).encode("utf-16"), "no UTF-8 text"),
    "list": (b"[]", "not an Insomnia project"),
    "number": (b"12", "not an Insomnia project"),
    "other format": (b'{"format": "kdenlive"}', "not an Insomnia project"),
    "no version": (b'{"format": "insomnia project"}', "its version is no whole number"),
    "text version": (b'{"format": "insomnia project", "version": "1"}', "its version is no whole number"),
    "true version": (b'{"format": "insomnia project", "version": true}', "its version is no whole number"),
    "version 0": (b'{"format": "insomnia project", "version": 0}', "its version is no whole number"),
    "version 99": (b'{"format": "insomnia project", "version": 99}', "a newer Insomnia wrote it"),
    "nothing else": (b'{"format": "insomnia project", "version": 1}', "id is missing"),
    "100000 lists": (b"[" * 100_000, "nested more than"),
    "100000 objects": (b'{"a":' * 100_000, "nested more than"),
    "open string": (b'{"' + b'\\"' * 200_000, "not valid JSON"),
    "long integer": (b'{"version": ' + b"9" * 100_000 + b"}", "a number that is too large"),
    "NaN": (b'{"version": NaN}', "it has NaN where a number should be"),
    "infinity": (b'{"version": -Infinity}', "it has -Infinity where"),
    "1e999": (b'{"version": 1e999}', "a number that is too large"),
    "same key twice": (b'{"format": "insomnia project", "format": 1}', "the same key twice"),
    "pickle": (b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00cos\nsystem\n.", "no UTF-8 text"),
}


@pytest.mark.parametrize("name", RAW)
def test_files_that_are_no_project_are_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    content, reason = RAW[name]
    assert reason in str(refused(tmp_path / "a.insomnia", content))


def _first_clip(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["sequences"][0]["video_tracks"][0]["items"][0]
    return found


Break = Callable[[dict[str, Any]], Any]
BROKEN: dict[str, tuple[Break, str]] = {
    "assets are text": (lambda c: c.update(assets="x"), "assets is not a list"),
    "an asset is a number": (lambda c: c.update(assets=[1]), "assets[0] is not an object"),
    "no path": (lambda c: c["assets"][0].pop("path"), "assets[0].path is missing"),
    "path is a list": (lambda c: c["assets"][0].update(path=[]), "assets[0].path is not text"),
    "zero in a path": (lambda c: c["assets"][0].update(path="/a\0b"), "assets[0].path has a zero character"),
    "float time": (lambda c: _first_clip(c).update(duration=1.5), "items[0].duration is not a whole number"),
    "true time": (lambda c: _first_clip(c).update(duration=True), "items[0].duration is not a whole number"),
    "huge time": (lambda c: _first_clip(c).update(duration=10**30), "duration is too large a number"),
    "negative length": (lambda c: _first_clip(c).update(duration=-29400000), "lasts -29400000"),
    "text gain": (lambda c: _first_clip(c).update(gain_db="0"), "gain_db is not a number"),
    "unknown item": (lambda c: _first_clip(c).update(type="nested"), "items[0] is none of clip, gap"),
    "item without type": (lambda c: _first_clip(c).pop("type"), "items[0] is none of clip, gap"),
    "type is a list": (lambda c: _first_clip(c).update(type=[]), "items[0] is none of clip, gap"),
    "same id twice": (lambda c: _first_clip(c).update(id="b"), "the id is used twice"),
    "unknown asset": (lambda c: _first_clip(c).update(asset_id="x"), "its asset x is not in the project"),
    "rate 0": (lambda c: c["sequences"][0]["format"].update(rate="0"), "no whole number of flicks"),
    "rate 1/0": (lambda c: c["sequences"][0]["format"].update(rate="1/0"), "rate is a fraction of zero"),
    "rate is text": (lambda c: c["sequences"][0]["format"].update(rate="fast"), "is not a fraction such as"),
    "rate is a number": (lambda c: c["sequences"][0]["format"].update(rate=25), "is not a fraction such as"),
    "vast picture": (lambda c: c["sequences"][0]["format"].update(width=10**9), "size 1000000000x90"),
    "a film at no rate": (lambda c: c["assets"][0]["info"]["video"].update(rate="0"), "no frame rate"),
    "endless gain": (lambda c: _first_clip(c).update(gain_db=1e18), "gain 1e+18"),
    "odd kind": (lambda c: c["assets"][0]["info"].update(kind="game"), "info.kind is none of video, audio, image"),
    "muted by text": (lambda c: c["sequences"][0]["video_tracks"][0].update(muted="no"), "neither true nor false"),
    "null id": (lambda c: c.update(id=None), "id is not text"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_values_of_the_wrong_kind_are_named_with_their_place(tmp_path: Path, name: str) -> None:
    damage, reason = BROKEN[name]
    content = good()
    damage(content)
    assert reason in str(refused(tmp_path / "a.insomnia", json.dumps(content).encode()))


def test_nesting_is_counted_outside_of_strings_only(tmp_path: Path) -> None:
    content = good()
    content["name"] = "[" * 1000 + '\\"{' * 1000
    path = tmp_path / "a.insomnia"
    path.write_text(json.dumps(content))
    assert STORE.load(path).name == content["name"]


def test_a_file_of_fantastic_size_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "a.insomnia"
    with path.open("wb") as file:
        file.truncate(project_file.LARGEST_FILE + 1)
    with pytest.raises(UserError, match="larger than 40 MB"):
        STORE.load(path)


def test_a_folder_a_pipe_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="it is a folder"):
        STORE.load(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="not a regular file"):
        STORE.load(tmp_path / "pipe")
    with pytest.raises(UserError, match="no such file"):
        STORE.load(tmp_path / "missing")
    with pytest.raises(UserError, match="may not be read"):
        STORE.load(tmp_path / "pipe" / "x")


def test_a_project_of_ten_thousand_clips_loads(tmp_path: Path) -> None:
    content = good()
    items = content["sequences"][0]["video_tracks"][0]["items"]
    items[:] = [{**items[0], "id": f"clip {number}"} for number in range(10_000)]
    path = tmp_path / "a.insomnia"
    path.write_text(json.dumps(content))
    assert len(STORE.load(path).sequences[0].video_tracks[0].items) == 10_000
