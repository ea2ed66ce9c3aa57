"""Random edits: every document is sound and in step, impossible ones change nothing, undo is exact."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit import cut
from app.core.edit.assets import add_assets, new_project
from app.core.edit.copying import copied, duplicate, paste
from app.core.edit.edges import Edge
from app.core.edit.insert import MediaRange, append, insert, overwrite
from app.core.edit.linking import group, link, ungroup, unlink
from app.core.edit.markers import add_marker, change_marker, remove_markers
from app.core.edit.move import move, move_clips
from app.core.edit.replace_media import replace_media
from app.core.edit.ripple import ripples
from app.core.edit.slide import roll, slide, slip
from app.core.edit.speed import freeze_frame, retime, set_gain, set_speed
from app.core.edit.subtitle import add_cue
from app.core.edit.three_point import Marks, place
from app.core.edit.tracks import add_track, move_track, remove_track, rename_track, set_flags
from app.core.edit.trim import ripple_trim, trim
from app.core.model.clip import Clip
from app.core.model.diff import compare
from app.core.model.links import out_of_step, placed_clips
from app.core.model.lint import lint
from app.core.model.project import Project
from app.core.model.sequence import Track
from app.core.model.words import in_words
from app.core.session.session import Session
from tests.helpers.document import film, music, silent_film, still
from tests.helpers.soak import say_claim, soak_count

FRAMES = st.integers(0, 60)
PLACING: dict[str, Callable[..., Project]] = {"insert": insert, "overwrite": overwrite}


def edges(track: Track) -> list[tuple[int, int]]:
    """Where each clip begins and ends."""
    return [(placed.start, placed.end) for placed in placed_clips(track)]


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
        untouched = self.session.project
        before = [track.duration for track in self.tracks()]
        self.edit(lambda project: cut.extract(project, self.sequence, first, last))
        after = [track.duration for track in self.session.project.sequences[0].tracks]
        if self.session.project is not untouched:
            for was, now, track in zip(before, after, self.tracks(), strict=True):
                if ripples(track, ()):
                    assert now == was - (last - first) if was > last else now <= min(was, first)
                else:
                    assert now == was

    @rule(data=st.data(), edge=st.sampled_from(["start", "end"]), to=FRAMES)
    def trim(self, data: st.DataObject, edge: Edge, to: int) -> None:
        chosen = self.draw_clip(data)
        self.edit(lambda project: trim(project, self.sequence, chosen, edge, to * self.frame))

    @rule(data=st.data(), to=FRAMES, track=st.integers(0, 3))
    def move(self, data: st.DataObject, to: int, track: int) -> None:
        chosen = self.draw_clip(data)
        target = self.tracks()[track % len(self.tracks())].id if self.tracks() else "gone"
        self.edit(lambda project: move(project, self.sequence, chosen, to * self.frame, track_id=target))

    @rule(data=st.data(), by=st.integers(-20, 20), up=st.integers(-1, 1), inserting=st.booleans())
    def move_several(self, data: st.DataObject, by: int, up: int, inserting: bool) -> None:
        chosen = self.draw_clips(data)

        def edit(project: Project) -> Project:
            return move_clips(project, self.sequence, chosen, by * self.frame, tracks_up=up, inserting=inserting)

        self.edit(edit)

    @rule(data=st.data(), edge=st.sampled_from(["start", "end"]), to=FRAMES)
    def ripple_trim(self, data: st.DataObject, edge: Edge, to: int) -> None:
        chosen = self.draw_clip(data)
        self.edit(lambda project: ripple_trim(project, self.sequence, chosen, edge, to * self.frame))

    @rule(data=st.data(), edge=st.sampled_from(["start", "end"]), to=FRAMES)
    def roll(self, data: st.DataObject, edge: Edge, to: int) -> None:
        chosen = self.draw_clip(data)
        before = self.count()
        self.edit(lambda project: roll(project, self.sequence, chosen, edge, to * self.frame))
        assert self.count() == before

    @rule(data=st.data(), by=st.integers(-20, 20), sliding=st.booleans())
    def slip_or_slide(self, data: st.DataObject, by: int, sliding: bool) -> None:
        chosen, before = self.draw_clip(data), self.session.project.sequences[0].tracks
        edit = slide if sliding else slip
        self.edit(lambda project: edit(project, self.sequence, chosen, by * self.frame))
        if not sliding:
            assert [edges(track) for track in self.tracks()] == [edges(track) for track in before]

    @rule(start=FRAMES, length=st.integers(1, 20))
    def lift_range(self, start: int, length: int) -> None:
        first, last = start * self.frame, (start + length) * self.frame
        self.edit(lambda project: cut.lift_range(project, self.sequence, first, last))

    @rule(at=FRAMES, number=st.integers(0, 3))
    def close_gap(self, at: int, number: int) -> None:
        track = self.tracks()[number % len(self.tracks())].id if self.tracks() else "gone"
        self.edit(lambda project: cut.close_gap(project, self.sequence, track, at * self.frame))

    @rule(
        points=st.tuples(*[st.none() | st.integers(0, 40)] * 4),
        how=st.sampled_from(["insert", "overwrite"]),
        asset=st.sampled_from(["film", "music", "still"]),
    )
    def three_point(self, points: tuple[int | None, ...], how: Literal["insert", "overwrite"], asset: str) -> None:
        marks = Marks(*(None if each is None else each * self.frame for each in points))  # type: ignore[arg-type]
        self.edit(lambda project: place(project, self.sequence, asset, marks, how))

    @rule(data=st.data(), asset=st.sampled_from(["film", "ntsc", "silent", "music", "still"]), skip=st.integers(0, 20))
    def replace(self, data: st.DataObject, asset: str, skip: int) -> None:
        chosen, start = self.draw_clip(data), skip * self.frame + 7
        self.edit(lambda project: replace_media(project, self.sequence, chosen, asset, source_start=start))

    @rule(data=st.data(), at=FRAMES, inserting=st.booleans())
    def copy_and_paste(self, data: st.DataObject, at: int, inserting: bool) -> None:
        chosen = self.draw_clips(data)

        def edit(project: Project) -> Project:
            copies = copied(project, self.sequence, chosen)
            return paste(project, self.sequence, copies, at * self.frame, inserting=inserting)

        self.edit(edit)

    @rule(
        data=st.data(),
        speed=st.sampled_from(["1", "2", "1/2", "1/3", "3/2", "1001/1000", "7/11", "50"]),
        how=st.sampled_from(["forward", "reverse", "freeze"]),
        ripple=st.booleans(),
    )
    def set_speed(self, data: st.DataObject, speed: str, how: str, ripple: bool) -> None:
        chosen = self.draw_clips(data)
        wanted = retime(Fraction(speed), reverse=how == "reverse", freeze=how == "freeze")
        before = self.count()
        self.edit(lambda project: set_speed(project, self.sequence, chosen, wanted, ripple=ripple))
        if not ripple:
            assert self.count() == before

    @rule(data=st.data(), at=FRAMES, length=st.integers(1, 9))
    def freeze_frame(self, data: st.DataObject, at: int, length: int) -> None:
        chosen = self.draw_clip(data)
        self.edit(lambda project: freeze_frame(project, self.sequence, chosen, at * self.frame, length * self.frame))

    @rule(data=st.data(), level=st.integers(-90, 20))
    def set_gain(self, data: st.DataObject, level: int) -> None:
        chosen = self.draw_clips(data)
        self.edit(lambda project: set_gain(project, self.sequence, chosen, level))

    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        chosen = self.draw_clips(data)
        self.edit(lambda project: duplicate(project, self.sequence, chosen))

    @rule(data=st.data(), change=st.sampled_from([link, unlink, group, ungroup]))
    def belong(self, data: st.DataObject, change: Callable[..., Project]) -> None:
        chosen = self.draw_clips(data)

        def edit(project: Project) -> Project:
            after = change(project, self.sequence, chosen)
            if change is link and out_of_step(after.sequences[0]):
                raise UserError("test", "people may link what is out of step, and it stays so", "choose others")
            return after

        self.edit(edit)

    @rule(data=st.data(), number=st.integers(0, 5), value=st.booleans())
    def tracks_change(self, data: st.DataObject, number: int, value: bool) -> None:
        track = self.tracks()[number % len(self.tracks())].id if self.tracks() else "gone"
        edit: Callable[[Project], Project] = data.draw(
            st.sampled_from(
                [
                    lambda project: set_flags(project, self.sequence, track, sync_lock=value),
                    lambda project: set_flags(project, self.sequence, track, locked=value and number > 3),
                    lambda project: move_track(project, self.sequence, track, number - 2),
                    lambda project: rename_track(project, self.sequence, track, f"Track {number}"),
                    lambda project: add_track(project, self.sequence, "video" if value else "audio"),
                    lambda project: remove_track(project, self.sequence, track if value and number > 3 else "gone"),
                ]
            )
        )
        self.edit(edit)

    @rule(data=st.data(), at=FRAMES, length=st.integers(0, 9))
    def mark(self, data: st.DataObject, at: int, length: int) -> None:
        start, duration = at * self.frame, length * self.frame
        known = [each.id for each in self.session.project.sequences[0].markers]
        how = data.draw(st.sampled_from(["add", "change", "remove"]))
        chosen = data.draw(st.sampled_from([*known, "gone"]))
        if how == "add":
            self.edit(lambda project: add_marker(project, self.sequence, start, duration=duration))
        elif how == "change":
            self.edit(lambda project: change_marker(project, self.sequence, chosen, start=start, duration=duration))
        else:
            self.edit(lambda project: remove_markers(project, self.sequence, [chosen]))

    @rule(start=st.integers(0, 600), length=st.integers(1, 90))
    def write_cue(self, start: int, length: int) -> None:
        first, last = start * self.frame // 10, (start + length) * self.frame // 10
        self.edit(lambda project: add_cue(project, self.sequence, first, last, "words"))

    def tracks(self) -> tuple[Track, ...]:
        return self.session.project.sequences[0].tracks

    def count(self) -> list[int]:
        """Clips on each track."""
        return [sum(isinstance(item, Clip) for item in track.items) for track in self.tracks()]

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
