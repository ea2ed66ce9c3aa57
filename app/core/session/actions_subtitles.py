"""Actions on subtitles: what INTERFACE names ``subtitles.*``."""

from __future__ import annotations

from collections.abc import Callable

from app.core.base.errors import UserError
from app.core.edit import subtitle
from app.core.interchange import subtitle_file
from app.core.interchange.loss_report import LossReport
from app.core.jobs.context import JobContext
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.subtitle import SubtitleTrack
from app.core.model.transcript import Cue, Transcript
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_names import OVERWRITE, named_cue, named_subtitle_track, require_free
from app.core.session.actions_parameters import Arguments, Parameter
from app.core.session.speech_cues import SpeechCues, speech_cues

_JOB = "subtitles"
_NAMING = "by id, or by number on the first subtitle track"
_CUE = Parameter("cue", "text", f"a subtitle, {_NAMING}", required=True)
_CUES = Parameter("cues", "texts", f"subtitles, {_NAMING}", required=True)
_TRACK = Parameter("track", "text", "the subtitle track, by name or id; the first by default")
_SPEAKER = Parameter("speaker", "text", "who speaks; nobody is named by default")


def _has_track(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and bool(sequences[0].subtitle_tracks)


def _has_cues(context: ActionContext) -> bool:
    return _has_track(context) and any(track.cues for track in context.timeline.subtitle_tracks)


def _has_sound(context: ActionContext) -> bool:
    sequences = context.session.project.sequences
    return bool(sequences) and any(track.items for track in sequences[0].audio_tracks)


def _apply(context: ActionContext, label: str, edit: Callable[[Project], Project]) -> Result:
    """Apply an edit and tell which cues are new, gone and changed."""
    changes = context.session.apply(label, edit).cues
    return {"added": list(changes.added), "removed": list(changes.removed), "changed": list(changes.changed)}


def _named(context: ActionContext, arguments: Arguments) -> list[str]:
    return [named_cue(context, name) for name in arguments.texts("cues")]


def _add(context: ActionContext, arguments: Arguments) -> Result:
    sequence, track = context.timeline.id, named_subtitle_track(context, arguments)
    start, end, text = arguments.number("start"), arguments.number("end"), arguments.text("text")
    speaker = arguments.text("speaker") if "speaker" in arguments else None
    return _apply(
        context,
        "Add subtitle",
        lambda project: subtitle.add_cue(project, sequence, start, end, text, track_id=track, speaker=speaker),
    )


def _set_text(context: ActionContext, arguments: Arguments) -> Result:
    sequence, cue, text = context.timeline.id, named_cue(context, arguments.text("cue")), arguments.text("text")
    return _apply(context, "Edit subtitle", lambda project: subtitle.set_text(project, sequence, cue, text))


def _set_speaker(context: ActionContext, arguments: Arguments) -> Result:
    sequence, cue = context.timeline.id, named_cue(context, arguments.text("cue"))
    speaker = arguments.text("speaker") if "speaker" in arguments else None
    return _apply(context, "Name speaker", lambda project: subtitle.set_speaker(project, sequence, cue, speaker))


def _retime(context: ActionContext, arguments: Arguments) -> Result:
    """What is not given stays as it is."""
    sequence, cue_id = context.timeline, named_cue(context, arguments.text("cue"))
    if "start" not in arguments and "end" not in arguments:
        raise UserError("subtitles.retime", "it does not say when", "give start, end or both")
    known = next((cue for track in sequence.subtitle_tracks for cue in track.cues if cue.id == cue_id), None)
    start = arguments.number("start") if "start" in arguments or known is None else known.start
    end = arguments.number("end") if "end" in arguments or known is None else known.end
    return _apply(context, "Time subtitle", lambda project: subtitle.retime(project, sequence.id, cue_id, start, end))


def _split(context: ActionContext, arguments: Arguments) -> Result:
    sequence, cue = context.timeline.id, named_cue(context, arguments.text("cue"))
    at = arguments.number("at") if "at" in arguments else None
    position = arguments.number("position") if "position" in arguments else None
    return _apply(
        context,
        "Split subtitle",
        lambda project: subtitle.split_cue(project, sequence, cue, at=at, position=position),
    )


def _merge(context: ActionContext, arguments: Arguments) -> Result:
    sequence, cues = context.timeline.id, _named(context, arguments)
    return _apply(context, "Merge subtitles", lambda project: subtitle.merge_cues(project, sequence, cues))


def _delete(context: ActionContext, arguments: Arguments) -> Result:
    sequence, cues = context.timeline.id, _named(context, arguments)
    return _apply(context, "Delete subtitles", lambda project: subtitle.delete_cues(project, sequence, cues))


def _shift(context: ActionContext, arguments: Arguments) -> Result:
    sequence, by = context.timeline.id, arguments.number("by")
    cues = _named(context, arguments) if "cues" in arguments else None
    return _apply(context, "Shift subtitles", lambda project: subtitle.shift_cues(project, sequence, cues, by))


def _from_speech(context: ActionContext, arguments: Arguments) -> Result:
    session, sequence, track = context.session, context.timeline, named_subtitle_track(context, arguments)
    project = session.project

    def work(job: JobContext) -> SpeechCues:
        def words_of(asset: Asset) -> Transcript | None:
            job.check()
            return context.transcripts(asset)

        return speech_cues(project, sequence, words_of)

    def done(made: SpeechCues) -> Result:
        if context.timeline.audio_tracks != sequence.audio_tracks:
            return _from_speech(context, arguments)  # the timeline was cut meanwhile: those times are of yesterday
        replaced = _count(context, track)
        session.apply(
            "Subtitles from speech",
            lambda now: subtitle.replace_cues(now, sequence.id, made.cues, track, language=made.language),
        )
        return {"cues": len(made.cues), "replaced": replaced, "unknown": [asset.name for asset in made.unknown]}

    return context.background(_JOB, "Making subtitles from speech", work, done, short=True)


def _import(context: ActionContext, arguments: Arguments) -> Result:
    sequence, track = context.timeline.id, named_subtitle_track(context, arguments)
    path, replacing = arguments.path("path"), arguments.flag("replace")
    encoding = arguments.text("encoding") if "encoding" in arguments else None

    def done(read: tuple[tuple[Cue, ...], LossReport]) -> Result:
        cues, report = read
        replaced = _count(context, track) if replacing else 0
        edit = subtitle.replace_cues if replacing else subtitle.add_cues
        context.session.apply("Import subtitles", lambda project: edit(project, sequence, cues, track))
        return {"cues": len(cues), "replaced": replaced, "losses": report.lines()}

    title = f"Reading {path.name}"
    return context.background(_JOB, title, lambda _job: subtitle_file.read(path, encoding), done, short=True)


def _export(context: ActionContext, arguments: Arguments) -> Result:
    target, track = arguments.path("path"), _existing_track(context, arguments)
    cues = [Cue(cue.start, cue.end, cue.text, cue.speaker) for cue in track.cues]
    if not cues:
        raise UserError(f"track {track.name}", "it has no subtitles", "add some first")
    subtitle_file.require_writable(target)
    require_free(target, arguments)
    result: Result = {"path": str(target), "cues": len(cues)}
    if context.dry_run:
        return result | {"losses": subtitle_file.losses(cues, target).lines(), "would": [f"{target} is written"]}
    return result | {"losses": subtitle_file.write(cues, target).lines()}


def _count(context: ActionContext, track_id: str | None) -> int:
    """How many cues lie on the track of that id, the first where None."""
    tracks = context.timeline.subtitle_tracks
    return next((len(track.cues) for track in tracks if track_id in (None, track.id)), 0)


def _add_track(context: ActionContext, arguments: Arguments) -> Result:
    sequence, language = context.timeline.id, arguments.text("language") if "language" in arguments else None
    context.session.apply("Add subtitle track", lambda project: subtitle.add_track(project, sequence, language))
    return {"track": context.timeline.subtitle_tracks[-1].name}


def _flagging(label: str, **flags: bool) -> Callable[[ActionContext, Arguments], Result]:
    """An action that switches flags of a subtitle track."""

    def run(context: ActionContext, arguments: Arguments) -> Result:
        track = _existing_track(context, arguments)
        sequence = context.timeline.id
        context.session.apply(label, lambda project: subtitle.set_flags(project, sequence, track.id, **flags))
        return {"track": track.name}

    return run


def _existing_track(context: ActionContext, arguments: Arguments) -> SubtitleTrack:
    """The subtitle track that ``track`` names, the first by default."""
    named = named_subtitle_track(context, arguments)
    for track in context.timeline.subtitle_tracks:
        if named in (None, track.id):
            return track
    raise UserError(context.session.project.name, "it has no subtitles", "add some first")


def _seconds(name: str, meaning: str, *, required: bool = False) -> Parameter:
    return Parameter(name, "time", meaning, required=required)


_hide, _show = _flagging("Hide subtitles", hidden=True), _flagging("Show subtitles", hidden=False)
_lock, _unlock = _flagging("Lock subtitles", locked=True), _flagging("Unlock subtitles", locked=False)

SUBTITLE_ACTIONS = (
    Action(
        "subtitles.add",
        "Add Subtitle",
        _add,
        (
            _seconds("start", "when it appears", required=True),
            _seconds("end", "when it goes", required=True),
            Parameter("text", "text", "what it says", required=True),
            _SPEAKER,
            _TRACK,
        ),
    ),
    Action(
        "subtitles.setText",
        "Edit Subtitle",
        _set_text,
        (_CUE, Parameter("text", "text", "what it says", required=True)),
        _has_cues,
    ),
    Action("subtitles.setSpeaker", "Name Speaker", _set_speaker, (_CUE, _SPEAKER), _has_cues),
    Action(
        "subtitles.retime",
        "Time Subtitle",
        _retime,
        (_CUE, _seconds("start", "when it appears; as now by default"), _seconds("end", "when it goes; likewise")),
        _has_cues,
    ),
    Action(
        "subtitles.split",
        "Split Subtitle",
        _split,
        (
            _CUE,
            Parameter("position", "int", "how many characters stay in the first part; by default what fits the time"),
            _seconds("at", "when the second part appears; by default when its share of the text begins"),
        ),
        _has_cues,
    ),
    Action("subtitles.merge", "Merge Subtitles", _merge, (_CUES,), _has_cues),
    Action("subtitles.delete", "Delete Subtitles", _delete, (_CUES,), _has_cues),
    Action(
        "subtitles.shift",
        "Shift Subtitles",
        _shift,
        (
            _seconds("by", "how much later, or earlier where it is negative", required=True),
            Parameter("cues", "texts", f"subtitles, {_NAMING}; all by default"),
        ),
        _has_cues,
    ),
    Action("subtitles.fromSpeech", "Subtitles from Speech", _from_speech, (_TRACK,), _has_sound),
    Action(
        "subtitles.import",
        "Import Subtitles...",
        _import,
        (
            Parameter("path", "path", "an SRT, VTT, ASS or SSA file", required=True),
            Parameter("replace", "flag", "in place of the subtitles there, not beside them", default=True),
            Parameter(
                "encoding", "choice", "what it is written in; found out by default", choices=subtitle_file.ENCODINGS
            ),
            _TRACK,
        ),
    ),
    Action(
        "subtitles.export",
        "Export Subtitles...",
        _export,
        (Parameter("path", "path", "the .srt or .vtt file to write", required=True), _TRACK, OVERWRITE),
        _has_cues,
    ),
    Action(
        "subtitles.addTrack",
        "Add Subtitle Track",
        _add_track,
        (Parameter("language", "text", "the code of its language, such as en"),),
    ),
    Action("subtitles.hide", "Hide Subtitles", _hide, (_TRACK,), _has_track),
    Action("subtitles.show", "Show Subtitles", _show, (_TRACK,), _has_track),
    Action("subtitles.lock", "Lock Subtitles", _lock, (_TRACK,), _has_track),
    Action("subtitles.unlock", "Unlock Subtitles", _unlock, (_TRACK,), _has_track),
)
