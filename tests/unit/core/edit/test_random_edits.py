"""Random edits: every document is sound and in step, impossible ones change nothing, undo is exact."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit import cut
from app.core.edit.assets import add_assets, new_project
from app.core.edit.insert import MediaRange, append, insert, overwrite
from app.core.edit.move import move, move_clips
from app.core.edit.tracks import add_track
from app.core.edit.trim import Edge, trim
from app.core.model.clip import Clip
from app.core.model.diff import compare
from app.core.model.links import out_of_step
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.words import in_words
from app.core.session.session import Session
from tests.helpers.document import film, music, silent_film, still
from tests.helpers.soak import say_claim, soak_count

FRAMES = st.integers(0, 60)
PLACING: dict[str, Callable[..., Project]] = {"insert": insert, "overwrite": overwrite}


class Editing(RuleBasedStateMachine):
    """A session with media of several rates, edited at random, with everything linked kept linked."""

    def __init__(self) -> None:
        super().__init__()
        project = add_assets(
            new_project("Random"),
            [
                film(frames=40, start=7),
                film("ntsc", 50, Fraction(30000, 1001)),
                silent_film(frames=30),
                music(),
                still(),
            ],
        )
        self.sequence = project.sequences[0].id
        project = add_track(add_track(project, self.sequence, "video"), self.sequence, "audio")
        for asset in ("film", "ntsc", "silent"):
            project = append(project, self.sequence, asset)
        below = project.sequences[0].audio_tracks[1].id
        project = overwrite(project, self.sequence, "music", 0, audio_track=below)
        self.session = Session(project, checked=True)
        self.frame = time.frame_duration(project.sequences[0].format.rate)
        self.states = [project]

    def edit(self, change: Callable[[Project], Project]) -> None:
        """Apply; then A, edit, B, undo, A, redo, B."""
        before = self.session.project
        depth = self.session.undo_depth
        try:
            self.session.apply("edit", change)
        except UserError:
            assert self.session.project is before
            return
        after = self.session.project
        if after is before:
            return
        assert bool(in_words(before, after)) == bool(compare(before, after))
        assert self.session.undo_depth == depth + 1
        self.session.undo()
        assert self.session.project is before
        self.session.redo()
        assert self.session.project is after
        self.states = [*self.states[: depth + 1], after]

    def draw_clip(self, data: st.DataObject) -> str:
        """A clip of the timeline, or one that is gone."""
        tracks = self.session.project.sequences[0].tracks
        clips = [item.id for track in tracks for item in track.items if isinstance(item, Clip)]
        return data.draw(st.sampled_from([*clips, "gone"]))

    def draw_clips(self, data: st.DataObject) -> list[str]:
        return [self.draw_clip(data) for _ in range(data.draw(st.integers(1, 3)))]

    @rule(data=st.data(), asset=st.sampled_from(["film", "ntsc", "silent", "music", "still"]))
    def place(self, data: st.DataObject, asset: str) -> None:
        start = data.draw(st.integers(0, 20)) * self.frame + 7
        media = MediaRange(start, start + data.draw(st.integers(1, 12)) * self.frame)
        how = data.draw(st.sampled_from(["insert", "overwrite", "append"]))
        if how == "append":
            self.edit(lambda project: append(project, self.sequence, asset, media=media))
            return
        at = data.draw(FRAMES) * self.frame
        self.edit(lambda project: PLACING[how](project, self.sequence, asset, at, media=media))

    @rule(data=st.data(), at=FRAMES, everything=st.booleans(), linked=st.booleans())
    def split(self, data: st.DataObject, at: int, everything: bool, linked: bool) -> None:
        moment = at * self.frame
        before = self.session.project.sequences[0]
        if everything:
            self.edit(lambda project: cut.split_all(project, self.sequence, moment))
        else:
            chosen = self.draw_clip(data)
            self.edit(lambda project: cut.split_clip(project, self.sequence, chosen, moment, linked=linked))
        after = self.session.project.sequences[0]
        assert [track.duration for track in before.tracks] == [track.duration for track in after.tracks]

    @rule(data=st.data(), linked=st.booleans())
    def lift(self, data: st.DataObject, linked: bool) -> None:
        chosen = self.draw_clips(data)
        self.edit(lambda project: cut.lift(project, self.sequence, chosen, linked=linked))

    @rule(data=st.data())
    def ripple_delete(self, data: st.DataObject) -> None:
        chosen = self.draw_clips(data)
        self.edit(lambda project: cut.ripple_delete(project, self.sequence, chosen))

    @rule(start=FRAMES, length=st.integers(1, 20))
    def extract(self, start: int, length: int) -> None:
        first, last = start * self.frame, (start + length) * self.frame
        before = [track.duration for track in self.session.project.sequences[0].tracks]
        self.edit(lambda project: cut.extract(project, self.sequence, first, last))
        after = [track.duration for track in self.session.project.sequences[0].tracks]
        for was, now in zip(before, after, strict=True):
            assert now == was - (last - first) if was > last else now <= min(was, first)

    @rule(data=st.data(), edge=st.sampled_from(["start", "end"]), to=FRAMES)
    def trim(self, data: st.DataObject, edge: Edge, to: int) -> None:
        chosen = self.draw_clip(data)
        self.edit(lambda project: trim(project, self.sequence, chosen, edge, to * self.frame))

    @rule(data=st.data(), to=FRAMES, track=st.integers(0, 3))
    def move(self, data: st.DataObject, to: int, track: int) -> None:
        chosen = self.draw_clip(data)
        target = self.session.project.sequences[0].tracks[track].id
        self.edit(lambda project: move(project, self.sequence, chosen, to * self.frame, track_id=target))

    @rule(data=st.data(), by=st.integers(-20, 20), up=st.integers(-1, 1))
    def move_several(self, data: st.DataObject, by: int, up: int) -> None:
        chosen = self.draw_clips(data)
        self.edit(lambda project: move_clips(project, self.sequence, chosen, by * self.frame, tracks_up=up))

    @rule()
    def undo_all_and_redo_all(self) -> None:
        last = self.session.project
        while self.session.undo_label is not None:
            self.session.undo()
            assert self.session.project is self.states[self.session.undo_depth]
        assert not self.session.modified
        while self.session.redo_label is not None:
            self.session.redo()
        assert self.session.project is last

    @invariant()
    def sound_and_in_step(self) -> None:
        assert lint(self.session.project) == []
        assert out_of_step(self.session.project.sequences[0]) == []


@pytest.mark.soak
def test_random_edits() -> None:
    count = soak_count(600)
    chosen = settings(max_examples=count, stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow])
    run_state_machine_as_test(Editing, settings=chosen)
    say_claim("up to 40 random edits: sound, in step, undone and redone exactly", count)
