"""The composition root: the only place that sees the engine, the storage and the command line at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.media.worker_child import FLAG, serve

if TYPE_CHECKING:
    from app.core.session.ports import Library, ProjectStore, Transcripts
    from app.core.session.recovery import Keeping
    from app.core.session.services import Services
    from app.core.session.settings import LoadedSettings, Profile


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with ``argv`` (those of the process where None); returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == [FLAG]:
        return _work()
    from app.cli.main import run

    return run(arguments, make_services, _open_window)


def _open_window(services: Services, paths: Sequence[Path], script: Path | None, /) -> int:
    """The window over ``services``; Qt and all of it are loaded here.

    Raises:
        UserError: the system lacks a library that Qt needs, there is no display, or a step failed.
    """
    from app.core.jobs.manager import JobManager

    try:
        from app.ui.application import run
        from app.ui.composition import make_parts
        from app.ui.script.steps import read_script
    except ImportError as error:
        _refuse_missing_library(error)
        raise

    steps = read_script(script) if script is not None else ()
    return run(lambda: make_parts(services, JobManager()), paths, steps)


def _refuse_missing_library(error: ImportError) -> None:
    """Say it where the system's loader did not find a library; any other ``error`` is a bug."""
    from app.core.base.errors import UserError

    library, separator, _rest = str(error).partition(": cannot open shared object file")
    if separator:
        raise UserError(
            "the window",
            f"this system lacks the library {library}",
            "install it with the system's packages (on Debian: libgl1, libegl1, fontconfig-config), "
            "or use a command that needs no window (see insomnia --help)",
        ) from error


def _work() -> int:
    """Be a worker process: meet media files within limits, for the program that started this one."""
    from app.core.media import speech_sound
    from app.core.media.handlers import index_handler, probe_handler
    from app.core.media.poster import poster_handler
    from app.core.media.waveform import peaks_handler
    from app.core.session import ingest_glance, ingest_segments, ingest_worker

    return serve(
        {
            "probe": probe_handler,
            "index": index_handler,
            "peaks": peaks_handler,
            "poster": poster_handler,
            speech_sound.HANDLER: speech_sound.speech_sound_handler,
            ingest_worker.HANDLER: ingest_worker.import_chunk_handler,
            ingest_worker.JOIN_HANDLER: ingest_worker.join_scores_handler,
            ingest_glance.GLANCE_HANDLER: ingest_glance.glance_handler,
            ingest_segments.HANDLER: ingest_segments.segment_handler,
        }
    )


def make_services() -> Services:
    """The engine with the settings of this person; opens nothing yet."""
    from app.core.session.services import Services
    from app.core.session.settings import find_profile, load_settings

    profile = find_profile(os.environ)
    settings = load_settings(os.environ, profile.settings_file)
    return Services(
        profile,
        settings,
        make_store=_make_store,
        make_keeping=lambda: _make_keeping(profile, settings),
        open_library=lambda: _open_library(profile, settings),
    )


def _make_store() -> ProjectStore:
    from app.storage.project_file import ProjectFiles

    return ProjectFiles()


def _make_keeping(profile: Profile, settings: LoadedSettings) -> Keeping:
    from app.storage.keeping import ProfileKeeping

    return ProfileKeeping(
        profile.data / "projects",
        versions_kept=settings.values.versions_kept,
        autosave_minutes=settings.values.autosave_minutes,
    )


def _open_library(profile: Profile, settings: LoadedSettings) -> tuple[Library, Transcripts]:
    from app.storage.database import Database, sqlite_url
    from app.storage.library.library import SqlLibrary
    from app.storage.library.transcripts import SqlTranscripts

    url = settings.values.database_url or sqlite_url(profile.library_file)
    database = Database(url)
    return SqlLibrary(database), SqlTranscripts(database)
