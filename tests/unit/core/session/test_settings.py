"""Settings: the environment before the file before the default, and nothing broken stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.session.settings import Profile, Settings, declared_settings, find_profile, load_settings, shown


def test_without_anything_all_values_are_the_defaults(tmp_path: Path) -> None:
    loaded = load_settings({}, tmp_path / "settings.toml")
    assert loaded.values == Settings()
    assert set(loaded.sources.values()) == {"default"}
    assert loaded.warnings == ()


def test_the_environment_beats_the_file_and_the_file_the_default(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('log_level = "info"\ndebug = true\n')
    loaded = load_settings({"LOG_LEVEL": "ERROR"}, file)
    assert (loaded.values.log_level, loaded.values.debug) == ("error", True)
    others = {setting.name: "default" for setting in declared_settings()}
    assert loaded.sources == {**others, "log_level": "environment", "debug": "settings file"}


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    loaded = load_settings({"DEBUG": "", "DATABASE_URL": ""}, tmp_path / "settings.toml")
    assert loaded.values == Settings()
    assert set(loaded.sources.values()) == {"default"}


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False)])
def test_truth_is_written_in_many_ways(tmp_path: Path, text: str, value: bool) -> None:
    assert load_settings({"DEBUG": text}, tmp_path / "settings.toml").values.debug is value


@pytest.mark.parametrize(("text", "value"), [("20", 20.0), ("0.5", 0.5), ("-1", 0.0), ("nan", 0.0), ("much", 0.0)])
def test_numbers_are_none_below_zero(tmp_path: Path, text: str, value: float) -> None:
    loaded = load_settings({"INSOMNIA_CACHE_GIGABYTES": text}, tmp_path / "settings.toml")
    assert loaded.values.cache_gigabytes == value
    assert loaded.warnings == (() if value else ("INSOMNIA_CACHE_GIGABYTES is no number of 0 or more",))


def test_values_that_cannot_be_used_are_warned_of_and_the_next_source_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('log_level = "info"\ndatabase_url = 5\n')
    loaded = load_settings({"LOG_LEVEL": "loud", "DEBUG": "perhaps"}, file)
    assert (loaded.values.log_level, loaded.values.debug, loaded.values.database_url) == ("info", False, "")
    assert loaded.warnings == (
        f"{file}: database_url is not text",
        "LOG_LEVEL is none of debug, info, warning, error, critical",
        "DEBUG is neither true nor false",
    )


def test_unknown_names_in_the_file_are_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("colour = 1\ndebug = true\n")
    loaded = load_settings({}, file)
    assert loaded.values.debug
    assert loaded.warnings == (f"{file}: there is no setting named 'colour'",)


@pytest.mark.parametrize("content", [b"debug = ", b"\xff\xfe", b"x = " + b"[" * 100_000])
def test_a_broken_file_is_named_and_skipped(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    loaded = load_settings({}, file)
    assert loaded.values == Settings()
    assert len(loaded.warnings) == 1
    assert loaded.warnings[0].startswith(f"{file}: it cannot be read and was skipped (")
    assert "\n" not in loaded.warnings[0]


def test_a_folder_in_place_of_the_file_is_skipped(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).warnings == (
        f"{tmp_path}: it cannot be read and was skipped (it is not a regular file)",
    )


def test_every_setting_says_what_it_is() -> None:
    for setting in declared_settings():
        assert setting.description
        assert not setting.description.endswith(".")
        assert setting.environment is None or setting.environment.isupper()


def test_a_secret_is_shown_as_set_or_not_set() -> None:
    by_name = {setting.name: setting for setting in declared_settings()}
    secret = Settings(database_url="postgresql://me:canary@host/films")
    assert shown(by_name["database_url"], secret) == "set"
    assert shown(by_name["database_url"], Settings()) == "not set"
    assert shown(by_name["debug"], Settings()) == "false"


def test_a_home_of_its_own_holds_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    profile = find_profile({"INSOMNIA_HOME": "trial"})
    home = tmp_path / "trial"
    assert profile == Profile(home, home, home / "cache", home / "log")
    assert profile.settings_file == home / "settings.toml"
    assert profile.library_file == home / "library.sqlite"
    assert not home.exists()


def test_without_a_home_the_folders_are_those_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    profile = find_profile({})
    assert profile.library_file.parent.name == "insomnia"
    assert len({profile.data, profile.cache, profile.log}) == 3


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), ("0", 0), ("-1", 30), ("2.5", 30), ("٣", 30), ("9" * 5000, 30), ("many", 30)]
)
def test_counts_are_whole_numbers(tmp_path: Path, text: str, value: int) -> None:
    loaded = load_settings({"INSOMNIA_VERSIONS_KEPT": text}, tmp_path / "settings.toml")
    assert loaded.values.versions_kept == value
    said = ("INSOMNIA_VERSIONS_KEPT is no whole number of 0 or more",)
    assert loaded.warnings == (() if text in ("5", "0") else said)


def test_a_count_in_the_file_is_a_number(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("versions_kept = 12\nautosave_minutes = 0.5\n")
    loaded = load_settings({}, file)
    assert (loaded.values.versions_kept, loaded.values.autosave_minutes) == (12, 0.5)
    file.write_text("versions_kept = true\n")
    assert load_settings({}, file).warnings == (f"{file}: versions_kept is no whole number of 0 or more",)
