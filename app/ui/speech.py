"""Speech in the window: asking for consent, what came of it, and subtitles of the words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import shiboken6
from PySide6.QtCore import QObject

from app.core.base.errors import UserError
from app.core.edit.subtitle import replace_cues
from app.core.jobs.context import JobContext
from app.core.jobs.job import Job
from app.core.jobs.pool import ThreadPool
from app.core.model.asset import Asset
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.session.session import Session
from app.core.session.speech_cues import SpeechCues, speech_cues
from app.core.session.speech_list import Ended, SpeechList, SpeechRow
from app.core.session.speech_outline import Sending, sending
from app.core.speech.transcriber import KeyRefused, SpeechOptions
from app.ui.bridge import Bridge
from app.ui.desk import Desk
from app.ui.dialogs.consent import ConsentDialog
from app.ui.dialogs.error import sentence
from app.ui.engine import Engine
from app.ui.run import Callbacks

_MESSAGE_LASTS = 10_000  # milliseconds
_SECONDS_TO_END = 10.0


class SpeechDesk(QObject):
    """What menus do about speech in one open project. GUI thread only; :meth:`close` at the end.

    ``chosen`` names the media that are selected.
    """

    def __init__(
        self,
        desk: Desk,
        session: Session,
        speech: SpeechList,
        engine: Engine,
        bridge: Bridge,
        chosen: Callable[[], Sequence[str]],
    ) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._session = session
        self._speech = speech
        self._engine = engine
        self._post = bridge.post
        self._chosen = chosen
        self._beside = ThreadPool("speech", 1)
        self._under_way = 0
        self._dialog: ConsentDialog | None = None
        speech.ended.subscribe(self._on_ended)

    @property
    def new_videos(self) -> bool:
        """Whether new videos are transcribed by themselves."""
        return self._engine.speech_account.new_videos

    @property
    def settled(self) -> bool:
        """Whether nothing is being looked up, and no subtitles are being made of words that have come."""
        return self._under_way == 0

    def row(self, asset_id: str) -> SpeechRow:
        """What is known of the words of a medium."""
        return self._speech.row(asset_id)

    def listen(self, assets: Sequence[Asset], options: SpeechOptions, /) -> Mapping[str, Any]:
        """Begin to transcribe ``assets``: whoever calls this has the person's consent."""
        self._desk.errors.attempt(self._engine.speech_account.agree, passing=True)
        return {"jobs": [job.id for job in self._speech.transcribe(assets, options)]}

    def ask(self, *, new_videos: bool | None = None) -> None:
        """Ask whether the selected media, or all that have sound, may be sent.

        Raises:
            UserError: none of them has sound.
        """
        assets = self._meant()
        if not assets:
            raise UserError("transcribe", "no sound is in what is selected", "choose a film in which somebody speaks")
        dialog = ConsentDialog(
            self._desk.window, len(assets), new_videos=self.new_videos if new_videos is None else new_videos
        )
        dialog.options_changed.connect(lambda: self._look(dialog, assets))
        dialog.agreed.connect(lambda: self._check(dialog, assets))
        self._dialog = dialog
        dialog.open()
        self._look(dialog, assets)

    def toggle_new_videos(self) -> None:
        """Transcribe new videos by themselves no more, or ask whether that may be done.

        Raises:
            UserError: nothing has sound, or the choice cannot be kept.
        """
        if self.new_videos:
            self._engine.speech_account.stop_new_videos()
        else:
            self.ask(new_videos=True)

    def close(self) -> None:
        """Ask no more, and end what runs beside."""
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.reject()
        self._beside.stop()
        self._beside.join(time.monotonic() + _SECONDS_TO_END)
        self.deleteLater()

    # Consent ----------------------------------------------------------------------------------

    def _meant(self) -> list[Asset]:
        assets = [asset for asset in self._session.project.assets if asset.info.audio]
        chosen = set(self._chosen())
        return [asset for asset in assets if asset.id in chosen] if chosen else assets

    def _look(self, dialog: ConsentDialog, assets: Sequence[Asset]) -> None:
        """Find out what would be sent, and show it if it is still asked for."""
        options, account = dialog.options, self._engine.speech_account
        dialog.look()

        def show(found: Sending) -> None:
            if shiboken6.isValid(dialog) and dialog.options == options:
                dialog.show_sending(found)

        def refuse(error: UserError) -> None:
            if shiboken6.isValid(dialog):
                dialog.reject()
            self._desk.errors.show(error)

        self._aside(lambda: sending(self._engine.transcription(), account, assets, options), show, refuse)

    def _check(self, dialog: ConsentDialog, assets: Sequence[Asset]) -> None:
        """See that the key is one, keep it if it is new, and begin."""
        account, key, options, new_videos = (
            self._engine.speech_account,
            dialog.key.key,
            dialog.options,
            dialog.new_videos.isChecked(),
        )

        def check(context: JobContext) -> None:
            account.check_key(context, key)
            context.check()
            if key is not None:
                account.keep_key(key)

        def begin(_nothing: None) -> None:
            if dialog.isHidden():
                return  # cancelled at the last moment
            dialog.accept()
            self._desk.errors.attempt(lambda: account.agree(new_videos), passing=True)
            self._speech.transcribe(assets, options)
            self._desk.refresh()

        def complain(error: UserError) -> None:
            dialog.complain(error, another_key=isinstance(error, KeyRefused) and not account.has_key_of_environment)

        dialog.work("Checking the key")
        ends = Callbacks(done=begin, failed=complain)
        job = self._desk.runner.start(dialog, "key", "Checking the key", check, ends)
        dialog.rejected.connect(job.cancel)

    # What comes -------------------------------------------------------------------------------

    def _on_ended(self, ended: Ended) -> None:
        for error in ended.failed[:1]:
            more = f" {len(ended.failed) - 1} more could not be transcribed." if len(ended.failed) > 1 else ""
            another = isinstance(error, KeyRefused) and not self._engine.speech_account.has_key_of_environment
            again = "Choose Media > Transcribe to enter another" if another else error.what_to_do
            self._say(f"{_name(error.what)}: {error.why}. {sentence(again)}{more}")
        if ended.heard:
            self._make_subtitles(ended.heard)

    def _make_subtitles(self, heard: Sequence[str]) -> None:
        """Subtitles of the words, where they are on the timeline and nobody has written any."""
        project = self._session.project
        if not _placed(project, heard) or _has_cues(project):
            names = [asset.name for asset in project.assets if asset.id in heard]
            if names:
                whose = names[0] if len(names) == 1 else f"{len(names)} files"
                self._say(f"Words of {whose} are known: Subtitles > Subtitles from Speech")
            return
        sequence, newest = project.sequences[0], self._engine.transcription().newest

        def put(made: SpeechCues) -> None:
            there = self._session.project
            if [each.audio_tracks for each in there.sequences[:1]] != [sequence.audio_tracks]:
                self._make_subtitles(heard)  # it was cut meanwhile: the words are heard elsewhere now
            elif not _has_cues(there):
                self._desk.errors.attempt(
                    lambda: self._session.apply(
                        "Subtitles from speech",
                        lambda now: replace_cues(now, sequence.id, made.cues, language=made.language),
                    ),
                    passing=True,
                )

        def refuse(error: UserError) -> None:
            self._say(f"{sentence(error.why)} {sentence(error.what_to_do)}")

        self._aside(lambda: speech_cues(project, sequence, newest), put, refuse)

    def _say(self, text: str) -> None:
        self._desk.window.statusBar().showMessage(text, _MESSAGE_LASTS)

    def _aside(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[UserError], None]) -> None:
        """Run ``work`` in a thread that is no job, and one of the others here."""
        self._under_way += 1

        def end(then: Callable[[], None]) -> None:
            self._under_way -= 1
            then()

        def run(_context: JobContext) -> None:
            try:
                value = work()
            except UserError as error:
                problem = error
                self._post(lambda: end(lambda: failed(problem)))
            else:
                self._post(lambda: end(lambda: then(value)))

        self._beside.put(Job("speech", "speech", run, on_change=lambda _job: None))


def _placed(project: Project, assets: Sequence[str]) -> bool:
    """Whether one of the media is on the timeline."""
    return any(
        isinstance(item, Clip) and item.asset_id in assets
        for sequence in project.sequences[:1]
        for track in sequence.audio_tracks
        for item in track.items
    )


def _has_cues(project: Project) -> bool:
    return any(track.cues for sequence in project.sequences[:1] for track in sequence.subtitle_tracks)


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
