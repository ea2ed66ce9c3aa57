"""The notices name every package that the program needs, with a licence each, and carry the texts."""

from __future__ import annotations

from pathlib import Path

from scripts.third_party import FILE, FOLDER, licence, needed, write_notices

PROJECT = "insomnia-video-editor"


def test_what_is_needed_is_found_to_the_bottom() -> None:
    found = needed(PROJECT, {})
    assert {"av", "numpy", "sqlalchemy", "mako", "markupsafe", "shiboken6"} <= found.keys()
    assert "pytest" not in found


def test_every_package_says_its_licence() -> None:
    said = {name: licence(distribution) for name, distribution in needed(PROJECT, {}).items()}
    assert said["sqlalchemy"] == "MIT"
    assert "LGPL-3.0-only" in said["pyside6-essentials"]
    assert [name for name, text in said.items() if not text or "\n" in text] == []


def test_the_list_and_the_texts_are_written(tmp_path: Path) -> None:
    write_notices(tmp_path, PROJECT, [])
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    for name, distribution in needed(PROJECT, {}).items():
        assert f"| {distribution.metadata['Name']} | {distribution.version} |" in text, name
    assert (tmp_path / FOLDER / "av").is_dir()
