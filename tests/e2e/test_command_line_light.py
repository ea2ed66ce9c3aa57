"""The program starts light, says where everything is, and survives its readers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.program import command, environment, here, insomnia

HEAVY = (
    "av",
    "cv2",
    "numpy",
    "scenedetect",
    "sqlalchemy",
    "alembic",
    "opentimelineio",
    "tqdm",
    "PySide6",
    "requests",
    "keyring",
)


@pytest.mark.parametrize("arguments", [["--help"], ["export", "--help"], ["--version"], ["nonsense"], ["actions"]])
def test_no_heavy_library_is_loaded_for_words(arguments: list[str]) -> None:
    script = f"""
import sys
from app.main import main
main({arguments!r})
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    run = [sys.executable, "-c", script]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=environment())
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_actions_are_listed(own_profile: Path) -> None:
    document = insomnia("actions", "--json").document
    found = {each["name"]: each for each in document["actions"]}
    assert {"media.import", "timeline.append", "timeline.split", "file.save", "file.export"} <= set(found)
    assert {"name", "title", "parameters"} <= set(found["timeline.split"])
    assert "timeline.split" in insomnia("actions").out
    assert not (own_profile / "library.sqlite").exists()


def test_doctor_says_what_is_in_force_and_hides_secrets(own_profile: Path) -> None:
    own_profile.mkdir(parents=True)
    (own_profile / "settings.toml").write_text('log_level = "info"\nflavour = "sweet"\n')
    url = f"sqlite:///{own_profile}/canary.sqlite"
    said = insomnia("doctor", "--json", DATABASE_URL=url, DEBUG="0", ASSEMBLYAI_API_KEY="canary-key")
    assert said.code == 0, said.out
    assert "canary-key" not in said.out + said.err
    assert "there is no setting named 'flavour'" in said.err
    document = said.document
    settings = {each["name"]: (each["value"], each["source"]) for each in document["settings"]}
    assert settings == {
        "database_url": ("set", "environment"),
        "assemblyai_api_key": ("set", "environment"),
        "assemblyai_base_url": ("https://api.assemblyai.com", "default"),
        "assemblyai_speech_models": ("universal-3-5-pro,universal-2", "default"),
        "speech_receiver": ("", "default"),
        "transcribe_new_videos": ("false", "default"),
        "cache_gigabytes": ("0.0", "default"),
        "frame_cache_megabytes": ("0.0", "default"),
        "autosave_minutes": ("3.0", "default"),
        "versions_kept": ("30", "default"),
        "log_level": ("info", "settings file"),
        "debug": ("false", "environment"),
    }
    assert document["library"] == str(own_profile / "canary.sqlite")
    assert document["problems"] == []
    assert document["encoders"]["libx264"]
    assert {each["use"]: each["path"] for each in document["folders"]} == {
        "settings": str(own_profile),
        "library": str(own_profile),
        "cache": str(own_profile / "cache"),
        "log": str(own_profile / "log"),
    }


def test_the_cache_is_counted_and_emptied(own_profile: Path, small_film: Path) -> None:
    assert here("scenes", small_film).code == 0
    before = here("cache", "info", "--json").document
    assert before["folder"] == str(own_profile / "cache")
    assert before["entries"] > 0
    after = here("cache", "clean", "--json").document
    assert (after["entries"], after["freed_bytes"]) == (0, before["bytes"])
    assert "0 entries" in here("cache", "info").out
    assert here("scenes", small_film).code == 0


def test_a_reader_that_goes_away_is_no_fault() -> None:
    process = subprocess.Popen(command("actions"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
def test_a_full_disk_behind_standard_output_is_told() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("actions"), stdout=full, stderr=subprocess.PIPE, check=False, env=environment(), text=True
        )
    assert done.returncode == 1
    assert done.stderr == "insomnia: error: standard output: No space left on device; send it somewhere else\n"


def test_letters_that_the_terminal_does_not_have(tmp_path: Path) -> None:
    name = os.fsdecode("日本".encode())
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    said = insomnia("probe", name, cwd=tmp_path, **variables)
    assert said.code == 1
    assert said.err.startswith("insomnia: error: ")
    assert len(said.err.splitlines()) == 1
