"""How actions are told which asset, scene, track, cue, frame or file is meant."""

from __future__ import annotations

import os
from pathlib import Path

from app.core.base import time
from app.core.base.errors import UserError
from app.core.base.files import is_taken
from app.core.base.time import Flicks
from app.core.edit.insert import MediaRange
from app.core.edit.scenes import scene_range
from app.core.model.asset import Asset
from app.core.session.actions import ActionContext
from app.core.session.actions_parameters import Arguments, Parameter

OVERWRITE = Parameter("overwrite", "flag", "replace a file of that name", default=False)


def named_asset(context: ActionContext, name: str) -> Asset:
    """The asset with that id, name or path.

    Raises:
        UserError: there is none, or several have that name.
    """
    assets = context.session.project.assets
    for asset in assets:
        if asset.id == name:
            return asset
    path = os.path.abspath(name)
    found = [asset for asset in assets if asset.name == name] or [asset for asset in assets if asset.path == path]
    if not found:
        raise UserError(f"media {name}", "they are not in the project", "import them first, or name others")
    if len(found) > 1:
        raise UserError(f"media {name}", "several have that name", "name them by path or id")
    return found[0]


def named_scene(context: ActionContext, name: str) -> tuple[Asset, MediaRange]:
    """The scene written as ``ASSET#N``, numbered as ``insomnia scenes`` does.

    Raises:
        UserError: there is no such asset or scene.
    """
    asset_name, sign, number = name.rpartition("#")
    if not sign or not number.isascii() or not number.isdigit():
        raise UserError(f"scene {name}", "it is not written as MEDIA#NUMBER", "write for example film.mp4#3")
    asset = named_asset(context, asset_name)
    scenes = context.scenes(asset).scenes
    for scene in scenes:
        if str(scene.index) == number.lstrip("0") or (scene.index == 0 and not number.strip("0")):
            return asset, scene_range(asset, scene)
    first, last = (scenes[0].index, scenes[-1].index) if scenes else (0, 0)
    raise UserError(f"scene {name}", "there is no such scene", f"choose one from {first} to {last}")


def chosen_media(context: ActionContext, arguments: Arguments) -> tuple[Asset, MediaRange | None]:
    """The asset and range that the parameters ``asset`` or ``scene`` name."""
    if "scene" in arguments:
        return named_scene(context, arguments.text("scene"))
    return named_asset(context, arguments.text("asset")), None


def named_track(context: ActionContext, name: str) -> str:
    """The id of the track with that id or name.

    Raises:
        UserError: there is none, or several have that name.
    """
    tracks = context.timeline.tracks
    found = [track for track in tracks if track.id == name] or [track for track in tracks if track.name == name]
    if not found:
        names = ", ".join(track.name for track in tracks)
        raise UserError(f"track {name}", "it is not in this sequence", f"choose one of {names}")
    if len(found) > 1:
        raise UserError(f"track {name}", "several have that name", "name it by id")
    return found[0].id


def frame_time(context: ActionContext, arguments: Arguments, name: str = "frame") -> Flicks:
    """The sequence time of a frame parameter."""
    return arguments.number(name) * time.frame_duration(context.timeline.format.rate)


def named_cue(context: ActionContext, name: str) -> str:
    """The id of the cue with that id, or with that number on the first subtitle track, from 1.

    What is no number may be an id: the edit itself says where there is none.

    Raises:
        UserError: there is no cue of that number.
    """
    if not name.isascii() or not name.isdigit() or len(name) > 9:
        return name
    tracks = context.timeline.subtitle_tracks
    cues = tracks[0].cues if tracks else ()
    if any(cue.id == name for track in tracks for cue in track.cues):
        return name
    if not 0 < int(name) <= len(cues):
        hint = f"choose one from 1 to {len(cues)}" if cues else "add some first"
        raise UserError(f"subtitle {name}", "there is none of that number", hint)
    return cues[int(name) - 1].id


def named_subtitle_track(context: ActionContext, arguments: Arguments) -> str | None:
    """The id of the subtitle track that the parameter ``track`` names; None, the first, where it is not given.

    Raises:
        UserError: there is none, or several have that name.
    """
    if "track" not in arguments:
        return None
    name, tracks = arguments.text("track"), context.timeline.subtitle_tracks
    found = [track for track in tracks if track.id == name] or [track for track in tracks if track.name == name]
    if not found:
        names = ", ".join(track.name for track in tracks)
        hint = f"choose one of {names}" if names else "add one first"
        raise UserError(f"track {name}", "it is no subtitle track of this sequence", hint)
    if len(found) > 1:
        raise UserError(f"track {name}", "several have that name", "name it by id")
    return found[0].id


def require_free(target: Path, arguments: Arguments) -> None:
    """Raises UserError where ``target`` is taken and the parameter ``overwrite`` does not allow to replace it."""
    if is_taken(target) and not arguments.flag("overwrite"):
        raise UserError(str(target), "it exists already", "choose another name, or allow overwriting")
