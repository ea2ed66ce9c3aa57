"""What a person may set, each declared once: name, type, default, description, environment variable.

A value comes from the environment, else from ``settings.toml`` in the profile, else it is the
default. What cannot be used is warned of and skipped; it never keeps the program from starting.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from app.core.base.log import LogLevel

Source: TypeAlias = Literal["environment", "settings file", "default"]

HOME_VARIABLE = "INSOMNIA_HOME"
_LARGEST_FILE = 1_000_000
_MOST_DIGITS = 9


def _about(
    description: str, *, environment: str | None = None, secret: bool = False, in_file: bool = True
) -> dict[str, Any]:
    return {"description": description, "environment": environment, "secret": secret, "in_file": in_file}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in force."""

    database_url: str = field(
        default="",
        repr=False,
        metadata=_about(
            "where the library is kept: sqlite:///FILE or postgresql://USER@HOST/NAME; "
            "empty for the profile's own file",
            environment="DATABASE_URL",
            secret=True,
        ),
    )
    assemblyai_api_key: str = field(
        default="",
        repr=False,
        metadata=_about(
            "the key for transcription by AssemblyAI; without it the one in the system keyring is taken",
            environment="ASSEMBLYAI_API_KEY",
            secret=True,
            in_file=False,
        ),
    )
    assemblyai_base_url: str = field(
        default="https://api.assemblyai.com",
        metadata=_about("where AssemblyAI is reached", environment="ASSEMBLYAI_BASE_URL"),
    )
    assemblyai_speech_models: str = field(
        default="universal-3-5-pro,universal-2",
        metadata=_about(
            "models of AssemblyAI to use, the best first; auto leaves the choice to it",
            environment="ASSEMBLYAI_SPEECH_MODELS",
        ),
    )
    speech_receiver: str = field(
        default="",
        metadata=_about("the host to which a person agreed to send sound; the window writes it when they do"),
    )
    transcribe_new_videos: bool = field(
        default=False,
        metadata=_about("transcribe imported videos by themselves, where speech_receiver is whom it would be sent to"),
    )
    cache_gigabytes: float = field(
        default=0.0,
        metadata=_about(
            "how large the cache may become, in GB; 0 for the smaller of 50 and a fifth of the free disk",
            environment="INSOMNIA_CACHE_GIGABYTES",
        ),
    )
    frame_cache_megabytes: float = field(
        default=0.0,
        metadata=_about(
            "memory for decoded frames of all open media together, in MB; 0 for 400",
            environment="INSOMNIA_FRAME_CACHE_MEGABYTES",
        ),
    )
    autosave_minutes: float = field(
        default=3.0,
        metadata=_about(
            "minutes between versions of what is not saved, which the window keeps by itself; 0 for never",
            environment="INSOMNIA_AUTOSAVE_MINUTES",
        ),
    )
    versions_kept: int = field(
        default=30,
        metadata=_about(
            "how many versions of a project are kept beside those with a name; 0 for none",
            environment="INSOMNIA_VERSIONS_KEPT",
        ),
    )
    log_level: LogLevel = field(default="warning", metadata=_about("how much goes to the log", environment="LOG_LEVEL"))
    debug: bool = field(
        default=False,
        metadata=_about("log everything, on the terminal as well, with the way to each fault", environment="DEBUG"),
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting as :class:`Settings` declares it."""

    name: str
    kind: Any
    default: object
    description: str
    environment: str | None
    secret: bool
    in_file: bool


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The values, where each came from, and what was skipped, in sentences without a final stop."""

    values: Settings
    sources: Mapping[str, Source]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The folders of one person. Nothing here makes them."""

    config: Path
    data: Path
    cache: Path
    log: Path

    @property
    def settings_file(self) -> Path:
        """Where settings are read from."""
        return self.config / "settings.toml"

    @property
    def library_file(self) -> Path:
        """The library, where no ``DATABASE_URL`` names another."""
        return self.data / "library.sqlite"


def find_profile(environment: Mapping[str, str]) -> Profile:
    """The folders: all below ``INSOMNIA_HOME`` where that is set, else where this system keeps such things."""
    home = environment.get(HOME_VARIABLE)
    if home:
        root = Path(home).absolute()
        return Profile(root, root, root / "cache", root / "log")
    import platformdirs

    folders = platformdirs.PlatformDirs("insomnia", appauthor=False)
    return Profile(
        Path(folders.user_config_dir),
        Path(folders.user_data_dir),
        Path(folders.user_cache_dir),
        Path(folders.user_log_dir),
    )


def load_settings(environment: Mapping[str, str], file: Path) -> LoadedSettings:
    """All settings from ``environment`` and ``file``; the file need not exist."""
    warnings: list[str] = []
    written = _read(file, warnings)
    known = {setting.name for setting in declared_settings()}
    warnings += [f"{file}: there is no setting named {name!r}" for name in written if name not in known]
    for setting in declared_settings():
        if not setting.in_file and setting.name in written:
            warnings.append(f"{file}: {setting.name} is not read from a file; remove it and set {setting.environment}")
            del written[setting.name]
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for setting in declared_settings():
        candidates = _candidates(setting, environment, written, file)
        values[setting.name], sources[setting.name] = _first_usable(setting, candidates, warnings)
    return LoadedSettings(Settings(**values), sources, tuple(warnings))


@functools.cache
def declared_settings() -> tuple[Declared, ...]:
    """Every setting, in the order of its declaration."""
    kinds = typing.get_type_hints(Settings)
    return tuple(
        Declared(each.name, kinds[each.name], each.default, **each.metadata) for each in dataclasses.fields(Settings)
    )


def shown(setting: Declared, settings: Settings) -> str:
    """The value as people may see it: of a secret only whether it is set."""
    value = getattr(settings, setting.name)
    if setting.secret:
        return "set" if value else "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: Source
    place: str
    value: object


def _candidates(
    setting: Declared, environment: Mapping[str, str], written: Mapping[str, object], file: Path
) -> Iterator[_Candidate]:
    """What was given for a setting, the strongest first; an empty variable counts as none."""
    if setting.environment and environment.get(setting.environment):
        yield _Candidate("environment", setting.environment, environment[setting.environment])
    if setting.name in written:
        yield _Candidate("settings file", f"{file}: {setting.name}", written[setting.name])


def _first_usable(setting: Declared, candidates: Iterable[_Candidate], warnings: list[str]) -> tuple[object, Source]:
    for candidate in candidates:
        try:
            return _converted(setting.kind, candidate.value), candidate.source
        except ValueError as problem:
            warnings.append(f"{candidate.place} {problem}")
    return setting.default, "default"


def _converted(kind: Any, value: object) -> object:
    """``value`` as a ``kind``; text from the environment may stand for any kind.

    Raises:
        ValueError: it cannot be one; the message goes on after the setting's name.
    """
    choices = typing.get_args(kind)
    if choices:
        if isinstance(value, str) and value.lower() in choices:
            return value.lower()
        raise ValueError(f"is none of {', '.join(choices)}")
    if kind is bool:
        answer = value if isinstance(value, bool) else _TRUTHS.get(str(value).lower())
        if answer is None:
            raise ValueError("is neither true nor false")
        return answer
    if kind is float:
        return _number(value)
    if kind is int:
        return _whole_number(value)
    if not isinstance(value, kind):
        raise ValueError("is not text")
    return value


def _number(value: object) -> float:
    """A number of 0 or more.

    Raises:
        ValueError: it is none.
    """
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise ValueError("is no number of 0 or more")
    return number


def _whole_number(value: object) -> int:
    """A whole number of 0 or more that a machine can count to.

    Raises:
        ValueError: it is none.
    """
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise ValueError("is no whole number of 0 or more")
    return int(text)


_TRUTHS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _read(file: Path, warnings: list[str]) -> dict[str, Any]:
    try:
        if not file.exists():
            return {}
        if not file.is_file():
            raise ValueError("it is not a regular file")
        if file.stat().st_size > _LARGEST_FILE:
            raise ValueError("it is larger than a settings file can be")
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        detail = " ".join(str(problem).split())
        warnings.append(f"{file}: it cannot be read and was skipped ({detail})")
        return {}
