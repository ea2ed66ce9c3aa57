"""Everything the editor does, by name: what menus, keys, the command line, scripts and the docs are made from."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from app.core.base.errors import UserError
from app.core.edit.copying import CopiedClips
from app.core.interchange.knowledge import NOTHING, Knowledge
from app.core.jobs.context import JobContext
from app.core.jobs.inline import InlineContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import SceneList
from app.core.model.sequence import Sequence as Timeline
from app.core.model.transcript import Transcript
from app.core.model.words import in_words
from app.core.render.plan import SubtitleMode
from app.core.session.actions_parameters import Arguments, Parameter, from_values, from_words
from app.core.session.recovery import Keeping, NothingKept
from app.core.session.session import Session
from app.core.speech.transcriber import SpeechOptions

T = TypeVar("T")

# A first frame, and the one just after the last; either side may be open.
FrameRange: TypeAlias = tuple[int | None, int | None]
# What an action says it did: JSON values.
Result: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """Media that can be used, and why the others cannot."""

    assets: tuple[Asset, ...] = ()
    refused: tuple[UserError, ...] = ()


class Importer(Protocol):
    """Turns files and folders into assets. May start jobs that add media later and return early."""

    def __call__(self, paths: Sequence[Path], /) -> Imported:
        """What is in ``paths``; a bad file is listed, never raised."""


class SceneFinder(Protocol):
    """Finds the scenes of a film, or knows them already."""

    def __call__(self, asset: Asset, /) -> SceneList:
        """The scenes of ``asset``.

        Raises:
            UserError: it has no picture, or cannot be read.
        """


class Exporter(Protocol):
    """Writes a film. May start a job and return early."""

    def __call__(
        self,
        project: Project,
        path: Path,
        /,
        *,
        preset: str | None,
        quality: str | None,
        overwrite: bool,
        subtitles: SubtitleMode,
        frames: FrameRange = (None, None),
    ) -> Mapping[str, Any]:
        """Write the first sequence of ``project`` to ``path``; returns JSON values about the result.

        ``preset`` and ``quality`` are the exporter's own defaults where None. ``frames`` are the first
        that is written and the one just after the last; None is the beginning, or the end.

        Raises:
            UserError: the film cannot be written; nothing has that name that was not there before.
        """


class TranscriptFinder(Protocol):
    """Knows what was said in media. Asks nobody outside: what is not known yet stays unknown."""

    def __call__(self, asset: Asset, /) -> Transcript | None:
        """The transcript of the first sound of ``asset``; None while nobody has listened to it.

        Raises:
            UserError: what is known cannot be read.
        """


def no_transcripts(_asset: Asset, /) -> Transcript | None:
    """For where nothing is known about speech."""
    return None


class Listener(Protocol):
    """Has the sound of media written down, by consent of the person. May start jobs and return early."""

    def __call__(self, assets: Sequence[Asset], options: SpeechOptions, /) -> Mapping[str, Any]:
        """Listen to ``assets``, which have sound; returns JSON values about what came of it or was started.

        Raises:
            UserError: nothing can be heard.
        """


def nobody_listens(_assets: Sequence[Asset], _options: SpeechOptions, /) -> Mapping[str, Any]:
    """For where there is no service."""
    raise UserError("speech", "nothing can be transcribed here", "use the window or insomnia transcribe")


class MediaReader(Protocol):
    """Knows a media file, or reads it now. Called from jobs."""

    def __call__(self, path: Path, context: JobContext, /) -> Asset:
        """The asset of ``path``.

        Raises:
            UserError: it cannot be used.
            Cancelled: ``context`` was cancelled.
        """


def nobody_reads(path: Path, _context: JobContext, /) -> Asset:
    """For where there is no reader."""
    raise UserError(str(path), "media cannot be read here", "use the window or insomnia convert")


class Background(Protocol):
    """Runs slow work, and what becomes of it in the thread of the session. May return early."""

    def __call__(
        self,
        kind: str,
        title: str,
        work: Callable[[JobContext], T],
        done: Callable[[T], Result],
        /,
        *,
        short: bool = False,
    ) -> Result:
        """What ``done`` makes of the value of ``work``, or which job was started. ``short`` work waits for no other.

        Raises:
            UserError: ``work`` failed, where it is waited for.
        """


def at_once(
    _kind: str,
    _title: str,
    work: Callable[[JobContext], T],
    done: Callable[[T], Result],
    /,
    *,
    short: bool = False,  # noqa: ARG001 - nothing is under way that could be waited for
) -> Result:
    """For where nobody is kept waiting."""
    return done(work(InlineContext()))


@dataclass(slots=True)
class Clipboard:
    """What was copied last; no part of the document. Belongs to the thread of the session."""

    clips: CopiedClips | None = None


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What actions act on and through; made by the composition root.

    ``saver`` writes the project in the background; without one saving is done when the action returns.
    """

    session: Session
    importer: Importer
    scenes: SceneFinder
    exporter: Exporter
    dry_run: bool = False
    clipboard: Clipboard = field(default_factory=Clipboard)
    transcripts: TranscriptFinder = no_transcripts
    listen: Listener = nobody_listens
    saver: Callable[[Path], Path] | None = None
    background: Background = at_once
    keeping: Keeping = field(default_factory=NothingKept)
    take_in: MediaReader = nobody_reads
    knowledge: Knowledge = NOTHING

    @property
    def timeline(self) -> Timeline:
        """The sequence that is shown and exported.

        Raises:
            UserError: the project has none.
        """
        if not self.session.project.sequences:
            raise UserError(self.session.project.name, "it has no sequence", "start a new project")
        return self.session.project.sequences[0]

    @property
    def rate(self) -> Fraction:
        """The frame rate in which frame parameters count."""
        sequences = self.session.project.sequences
        return sequences[0].format.rate if sequences else Fraction(25)


def always(_context: ActionContext) -> bool:
    """For actions that can always be tried."""
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """A named thing to do. ``run`` raises UserError where it is impossible; ``enabled`` is for menus.

    Exactly one of the parameters ``one_of`` must be given, where there are such.
    """

    name: str
    title: str
    run: Callable[[ActionContext, Arguments], Result]
    parameters: tuple[Parameter, ...] = ()
    enabled: Callable[[ActionContext], bool] = always
    one_of: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """The action as JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "parameters": [parameter.described() for parameter in self.parameters],
            "one_of": list(self.one_of),
        }


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an action would do, one sentence each, and what it would say."""

    would: tuple[str, ...]
    result: Result


class Actions:
    """The registry. Iterates in order of registration."""

    def __init__(self, actions: Iterable[Action] = ()) -> None:
        self._actions: dict[str, Action] = {}
        for action in actions:
            self.register(action)

    def register(self, action: Action) -> None:
        """Add ``action``.

        Raises:
            ValueError: its name is taken.
        """
        if action.name in self._actions:
            raise ValueError(f"there are two actions named {action.name}")
        self._actions[action.name] = action

    def __iter__(self) -> Iterator[Action]:
        """All actions."""
        return iter(self._actions.values())

    def find(self, name: str) -> Action:
        """The action of that name.

        Raises:
            UserError: there is none; the nearest names are offered.
        """
        if name in self._actions:
            return self._actions[name]
        near = difflib.get_close_matches(name, self._actions, cutoff=0.5)
        hint = f"perhaps {' or '.join(near)}" if near else "see insomnia actions"
        raise UserError(f"action {name}", "there is no such action", hint)

    def described(self) -> dict[str, Any]:
        """All actions as JSON values: ``{"actions": [...]}``."""
        return {"actions": [action.described() for action in self]}

    def arguments(self, name: str, given: Mapping[str, Any] | Iterable[str], rate: Fraction) -> Arguments:
        """Checked arguments for an action, from JSON values or from ``NAME=VALUE`` words.

        Raises:
            UserError: no such action, or the arguments do not fit.
        """
        action = self.find(name)
        if isinstance(given, Mapping):
            arguments = from_values(name, action.parameters, given, rate)
        else:
            arguments = from_words(name, action.parameters, given, rate)
        chosen = [each for each in action.one_of if each in arguments]
        if action.one_of and len(chosen) != 1:
            why = f"{' and '.join(chosen)} exclude each other" if chosen else "it does not say what to take"
            raise UserError(name, why, f"give one of {', '.join(action.one_of)}")
        return arguments

    def run(self, name: str, context: ActionContext, given: Mapping[str, Any] | Iterable[str] = ()) -> Result:
        """Do it.

        Raises:
            UserError: no such action, the arguments do not fit, or it is impossible now.
        """
        arguments = self.arguments(name, given, context.rate)
        return self.find(name).run(context, arguments)

    def dry_run(self, name: str, context: ActionContext, given: Mapping[str, Any] | Iterable[str] = ()) -> DryRun:
        """Try it on a copy of the session: nothing is changed or written.

        Raises:
            UserError: as :meth:`run` would.
        """
        trial = replace(context, session=context.session.scratch(), dry_run=True)
        before = trial.session.project
        result = self.run(name, trial, given)
        sentences = in_words(before, trial.session.project)
        return DryRun((*sentences, *result.pop("would", ())), result)
