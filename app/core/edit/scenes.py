"""Scenes as clips, and whole timelines made of media or of their scenes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.base.errors import UserError
from app.core.edit.assets import add_assets, known_asset
from app.core.edit.insert import MediaRange, append, media_name
from app.core.model.asset import Asset
from app.core.model.project import Project
from app.core.model.scene import Scene, SceneList


def scene_range(asset: Asset, scene: Scene) -> MediaRange:
    """The media range of a scene, named after it: ``bbb480 scene 3``."""
    return MediaRange(scene.start, scene.end, f"{media_name(asset)} scene {scene.number}")


def scene_ranges(asset: Asset, scenes: SceneList) -> tuple[MediaRange, ...]:
    """The ranges of all scenes of a file, in order."""
    return tuple(scene_range(asset, scene) for scene in scenes.scenes)


def assemble(project: Project, media: Iterable[tuple[Asset, Sequence[MediaRange]]]) -> Project:
    """Add media and put them, or the ranges given for them, one after another on the first sequence.

    ::

        a (no ranges), b (2 ranges)   ->   V1 [ a           ][ b scene 1 ][ b scene 2 ]

    Raises:
        UserError: nothing is given, a medium has no known length, or a track is locked.
        ValueError: the project has no sequence.
    """
    chosen = list(media)
    if not chosen:
        raise UserError("timeline", "no media are given", "name at least one file")
    if not project.sequences:
        raise ValueError("the project has no sequence")
    project = add_assets(project, (asset for asset, _ in chosen))
    sequence_id = project.sequences[0].id
    for asset, ranges in chosen:
        asset_id = known_asset(project, asset).id
        for media_range in ranges or (None,):
            project = append(project, sequence_id, asset_id, media=media_range)
    return project
