"""What the card of a medium says about its words."""

from __future__ import annotations

import pytest

from app.core.session.media_list import MediaRow, MediaStatus
from app.core.session.speech_list import SpeechRow, SpeechState
from app.ui.panes.media.entries import MediaEntry
from tests.helpers.document import film


def entry(speech: SpeechRow | None, status: MediaStatus = MediaStatus.READY) -> MediaEntry:
    """A film whose words are that far."""
    made = film()
    return MediaEntry(MediaRow("/media/film.mp4", status, asset_id=made.id), made, speech)


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (SpeechRow("a"), "Film"),
        (SpeechRow("a", SpeechState.WAITING), "Waiting to transcribe"),
        (SpeechRow("a", SpeechState.RUNNING, progress=0.4), "Transcribing 40%"),
        (SpeechRow("a", SpeechState.RUNNING, progress=0.4, message="sending"), "Transcribing 40%, sending"),
        (SpeechRow("a", SpeechState.FAILED, reason="silence; try another"), "Not transcribed: silence; try another"),
    ],
)  # fmt: skip
def test_the_card_says_how_far_its_words_are(row: SpeechRow, detail: str) -> None:
    assert entry(row).detail == detail
    assert entry(row).unheard == (row.state is SpeechState.FAILED)


def test_the_card_goes_on_about_the_import_first() -> None:
    running = SpeechRow("a", SpeechState.RUNNING, progress=0.4)
    assert entry(running, MediaStatus.ANALYSING).detail == "Finding scenes 0%"
    assert (entry(running).busy, entry(running).progress) == (True, 0.4)


@pytest.mark.parametrize(
    ("words", "badge", "said"),
    [(None, "", ""), (0, "", "nobody speaks"), (1, "words", "1 word"), (9, "words", "9 words")],
)
def test_known_words_have_a_badge(words: int | None, badge: str, said: str) -> None:
    shown = entry(SpeechRow("a", words=words))
    assert shown.words_text == badge
    assert said in shown.tooltip
    assert not shown.busy


def test_without_a_service_nothing_is_said() -> None:
    assert (entry(None).words_text, entry(None).unheard, entry(None).busy) == ("", False, False)


def test_the_tooltip_keeps_saying_that_a_film_has_no_proxy() -> None:
    made, said = film(), "No proxy of film.mp4: the disk is full. Free some space."
    row = MediaRow("/media/film.mp4", MediaStatus.READY, asset_id=made.id, note=said)
    assert MediaEntry(row, made, None).tooltip.endswith(said)
