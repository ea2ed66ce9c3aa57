"""The log: one file that stays small, and never a reason to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.base import log
from app.core.base.log import logging_to

LOGGER = logging.getLogger("insomnia.test")


def test_what_is_said_stands_in_the_file_and_nothing_after(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("later")
    with logging_to(tmp_path / "log", "info") as file:
        assert file is not None
        assert not file.exists()
        LOGGER.info("found %s", "caf\udce9")
        LOGGER.debug("too small")
    LOGGER.error("later")
    assert "INFO insomnia.test: found caf\\udce9" in file.read_text()
    assert len(file.read_text().splitlines()) == 1


def test_the_terminal_hears_it_too_where_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path, "debug", on_terminal=True):
        LOGGER.debug("small")
    assert "small" in capsys.readouterr().err


def test_the_file_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_LARGEST", 2000)
    with logging_to(tmp_path, "info"):
        for _ in range(300):
            LOGGER.info("x" * 50)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    assert all(file.stat().st_size <= 2000 for file in files)


def test_a_folder_that_cannot_be_made_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    with logging_to(tmp_path / "file" / "log", "info") as file:
        assert file is None
        LOGGER.info("heard by nobody")
    assert capsys.readouterr().err == ""


def test_a_disk_that_fills_up_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path, "info") as file:
        assert file is not None
        file.symlink_to("/dev/full")
        LOGGER.info("does not fit")
    assert capsys.readouterr().err == ""


def test_a_secret_stands_nowhere_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("failed")
    monkeypatch.setattr(log, "_secrets", frozenset())
    log.hide("key-123")
    log.hide("key-123-and-more")
    log.hide("a")
    with logging_to(tmp_path, "info") as file:
        LOGGER.info("asked with %s", "key-123-and-more")
        try:
            raise ValueError("refused key-123")
        except ValueError:
            LOGGER.exception("failed")
    assert file is not None
    text = file.read_text()
    assert "asked with ***\n" in text
    assert "ValueError: refused ***" in text
    assert "key" not in text


def test_what_is_too_short_for_a_secret_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_secrets", frozenset())
    log.hide("abc")
    log.hide("")
    with logging_to(tmp_path, "info") as file:
        LOGGER.info("abc")
    assert file is not None
    assert file.read_text().endswith("abc\n")
