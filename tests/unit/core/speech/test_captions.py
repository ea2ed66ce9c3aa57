"""Words to cues: nothing is lost, nothing overlaps, and what can be read is readable."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.base.time import SECOND
from app.core.model.transcript import Cue, Word
from app.core.speech.captions import MILLISECOND, RULES, CaptionRules, cues_between, make_cues

TEXTS = st.text(st.sampled_from("abcdefgh.,?!-' \n\u3002"), max_size=60)
TIMES = st.integers(0, 200_000)
ANY_WORDS = st.lists(
    st.builds(
        lambda text, start, length, speaker: Word(
            text, start * MILLISECOND, (start + length) * MILLISECOND, 0.5, speaker
        ),
        TEXTS,
        TIMES,
        st.integers(-5, 9_000),
        st.sampled_from([None, "A", "B"]),
    ),
    max_size=40,
)


def speech(text: str, *, rate: float = 2.5, pauses: dict[str, float] | None = None, speaker: str = "A") -> list[Word]:
    """``text`` as words said one after another, ``rate`` a second, with a pause in seconds after some of them."""
    words: list[Word] = []
    now = 0
    for each in text.split():
        end = now + int(SECOND / rate) // MILLISECOND * MILLISECOND
        words.append(Word(each, now, end, 0.9, speaker))
        now = end + int((pauses or {}).get(each, 0) * SECOND)
    return words


def texts(cues: tuple[Cue, ...]) -> list[str]:
    return [cue.text.replace("\n", " ") for cue in cues]


@settings(max_examples=300)
@given(ANY_WORDS)
def test_every_word_is_in_exactly_one_cue_in_order(words: list[Word]) -> None:
    shown = " ".join(cue.text for cue in make_cues(words)).split()
    assert shown == " ".join(word.text for word in words).split()


@settings(max_examples=300)
@given(ANY_WORDS)
def test_cues_never_overlap_and_all_can_be_seen(words: list[Word]) -> None:
    cues = make_cues(words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(cues))
    assert all(MILLISECOND <= cue.end - cue.start <= RULES.longest for cue in cues)
    assert all(time % MILLISECOND == 0 for cue in cues for time in (cue.start, cue.end))


@settings(max_examples=300)
@given(ANY_WORDS)
def test_lines_keep_their_limits(words: list[Word]) -> None:
    longest = max((len(" ".join(word.text.split())) for word in words), default=0)
    for cue in make_cues(words):
        lines = cue.text.split("\n")
        assert len(lines) <= RULES.lines
        assert max(len(line) for line in lines) <= max(RULES.line, longest)


@settings(max_examples=200)
@given(ANY_WORDS)
def test_a_cue_holds_one_speaker(words: list[Word]) -> None:
    remaining = [(part, word.speaker) for word in words for part in word.text.split()]
    for cue in make_cues(words):
        count = len(cue.text.split())
        assert {speaker for _, speaker in remaining[:count]} == {cue.speaker}
        remaining = remaining[count:]


def test_no_words_no_cues() -> None:
    assert make_cues([]) == ()
    assert make_cues([Word("  ", 0, SECOND)]) == ()


def test_cues_end_with_sentences() -> None:
    said = "The quick brown fox jumps over it. The lazy dog sleeps on through all of this noise. Nobody minds."
    assert texts(make_cues(speech(said))) == [
        "The quick brown fox jumps over it.",
        "The lazy dog sleeps on through all of this noise. Nobody minds.",
    ]


def test_long_sentences_are_parted_at_commas() -> None:
    said = "When the rain had stopped at last and the streets were dry again, we walked all the way to the harbour"
    first, second = texts(make_cues(speech(said, rate=4)))
    assert first.endswith("again,")
    assert second == "we walked all the way to the harbour"


def test_a_silence_parts_cues_and_another_speaker_does() -> None:
    words = speech("Are you there. Yes", pauses={"there.": 3})
    assert texts(make_cues(words)) == ["Are you there.", "Yes"]
    one, other = speech("Hello"), [Word("Hi", SECOND, 2 * SECOND, 0.9, "B")]
    assert [(cue.text, cue.speaker) for cue in make_cues([*one, *other])] == [("Hello", "A"), ("Hi", "B")]


def test_short_words_stay_long_enough_to_read() -> None:
    (cue,) = make_cues([Word("Yes.", 0, SECOND // 10)])
    assert cue.end - cue.start == RULES.shortest
    (slow,) = make_cues(speech("unforgettable characteristics nevertheless", rate=20))
    reading = len(slow.text.replace("\n", " ")) * SECOND // RULES.rate
    assert 0 <= reading - (slow.end - slow.start) < MILLISECOND


def test_reading_speed_is_kept_where_there_is_time() -> None:
    said = "We met in the old town. It was late, and cold. Nobody else had come. So we went home again."
    for cue in make_cues(speech(said, rate=3)):
        assert len(cue.text) * SECOND <= (cue.end - cue.start) * (RULES.rate + 1)


def test_a_gap_is_left_between_cues_that_follow_closely() -> None:
    words = [Word("One.", 0, SECOND // 10, None, "A"), Word("Two.", SECOND, 2 * SECOND, None, "B")]
    first, second = make_cues(words)
    assert second.start - first.end >= RULES.gap - MILLISECOND


def test_lines_are_broken_evenly_and_after_commas() -> None:
    (cue,) = make_cues(speech("If it rains tomorrow in the hills, we shall stay at home", rate=10))
    assert cue.text == "If it rains tomorrow in the hills,\nwe shall stay at home"


def test_other_limits() -> None:
    rules = CaptionRules(line=10, lines=1)
    assert texts(make_cues(speech("one two three four"), rules)) == ["one two", "three four"]
    three = CaptionRules(line=10, lines=3)
    (cue,) = make_cues(speech("one two three four five"), three)
    assert cue.text == "one two\nthree four\nfive"


def test_cues_between_two_moments_count_from_the_first() -> None:
    cues = (Cue(0, SECOND, "one"), Cue(SECOND, 3 * SECOND, "two"), Cue(4 * SECOND, 5 * SECOND, "three"))
    assert cues_between(cues, 2 * SECOND, 4 * SECOND) == (Cue(0, SECOND, "two"),)
    assert cues_between(cues, SECOND, 5 * SECOND) == (Cue(0, 2 * SECOND, "two"), Cue(3 * SECOND, 4 * SECOND, "three"))
    assert cues_between(cues, 3 * SECOND, 4 * SECOND) == ()


def test_many_words_take_little_work() -> None:
    said = speech("It goes on and on, and then some more. " * 1200)
    cues = make_cues(said)
    assert sum(len(cue.text.split()) for cue in cues) == len(said)
