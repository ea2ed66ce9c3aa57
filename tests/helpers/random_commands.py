"""Random commands by name, and a project to run them on."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from app.core.edit.assets import add_assets, new_project
from app.core.edit.insert import append
from app.core.model.clip import Clip
from app.core.model.project import Project
from app.core.session.session import Session
from tests.helpers.document import film, music, silent_film, still

Gather = Callable[[], dict[str, Any]]
MEDIA = ("film.mp4", "silent.mp4", "music.wav", "still.png")


class Commands:
    """Chooses commands and their parameters, most of which can be done."""

    def __init__(self, chance: random.Random, session: Session) -> None:
        self.chance, self.session = chance, session
        pick = self.pick
        edge = {"edge": "start"}, {"edge": "end"}
        self.known: dict[str, Gather] = {
            "timeline.append": lambda: {"asset": pick(MEDIA)},
            "timeline.insert": lambda: {"asset": pick(MEDIA), "frame": self.frame(), **self.source()},
            "timeline.overwrite": lambda: {"asset": pick(MEDIA), "end": self.frame(), **self.source()},
            "timeline.replace": lambda: {"clip": self.clip(), "asset": pick(MEDIA)},
            "timeline.split": lambda: {"frame": self.frame(), "all": pick((True, False))},
            "timeline.lift": lambda: {"clips": [self.clip()]},
            "timeline.rippleDelete": lambda: {"clips": [self.clip()]},
            "timeline.liftRange": self.span,
            "timeline.extract": self.span,
            "timeline.closeGap": lambda: {"track": pick(("V1", "A1")), "frame": self.frame()},
            "timeline.trim": lambda: {"clip": self.clip(), "frame": self.frame(), **pick(edge)},
            "timeline.rippleTrim": lambda: {"frame": self.frame(), **pick(edge)},
            "timeline.roll": lambda: {"clip": self.clip(), "frame": self.frame(), **pick(edge)},
            "timeline.slip": lambda: {"clip": self.clip(), "by": self.some()},
            "timeline.slide": lambda: {"clip": self.clip(), "by": self.some()},
            "timeline.move": lambda: {"clip": self.clip(), "frame": self.frame()},
            "timeline.nudge": lambda: {"clips": [self.clip(), self.clip()], "by": self.some()},
            "timeline.link": lambda: {"clips": [self.clip(), self.clip()]},
            "timeline.unlink": lambda: {"clips": [self.clip()]},
            "timeline.group": lambda: {"clips": [self.clip(), self.clip()]},
            "timeline.ungroup": lambda: {"clips": [self.clip()]},
            "timeline.addTrack": lambda: {"kind": pick(("video", "audio"))},
            "timeline.moveTrack": lambda: {"track": self.track(), "up": pick((-1, 1))},
            "timeline.renameTrack": lambda: {"track": self.track(), "name": f"Track {self.some()}"},
            "timeline.switchTrack": lambda: {"track": self.track(), "sync_lock": pick((True, True, False))},
            "edit.copy": lambda: {"clips": [self.clip()]},
            "edit.cut": lambda: {"clips": [self.clip()]},
            "edit.paste": lambda: {"frame": self.frame(), "insert": pick((True, False))},
            "edit.pasteAttributes": lambda: {"clips": [self.clip()]},
            "edit.duplicate": lambda: {"clips": [self.clip()]},
            "marker.add": lambda: {"frame": self.frame(), "frames": pick((0, 0, 9)), "name": "é\n"},
            "subtitles.add": lambda: {"start": self.some() + 50, "end": self.some() + 90, "text": "words"},
        }

    def next(self) -> tuple[str, dict[str, Any]]:
        """A command with its parameters."""
        name = self.pick(tuple(self.known))
        return name, self.known[name]()

    def pick(self, choices: tuple[Any, ...]) -> Any:
        return self.chance.choice(choices)

    def frame(self) -> int:
        return self.chance.randrange(2000)

    def some(self) -> int:
        return self.chance.randint(-40, 40)

    def source(self) -> dict[str, int]:
        first = self.chance.randrange(200)
        return {"source_in": first, "source_out": first + self.chance.randint(1, 40)}

    def span(self) -> dict[str, int]:
        first = self.frame()
        return {"frame": first, "end": first + self.chance.randint(1, 60)}

    def clip(self) -> str:
        tracks = self.session.project.sequences[0].tracks
        clips = tuple(item.id for track in tracks for item in track.items if isinstance(item, Clip))
        return str(self.pick(clips)) if clips else "gone"

    def track(self) -> str:
        return str(self.pick(self.session.project.sequences[0].tracks).id)


def begun() -> Project:
    project = add_assets(new_project("Random"), [film(), silent_film(), music(), still()])
    for asset in ("film", "silent", "film", "film"):
        project = append(project, project.sequences[0].id, asset)
    return project
