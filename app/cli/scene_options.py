"""How scenes are to be found, for every command that finds them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import Desk
from app.core.base.errors import UserError

if TYPE_CHECKING:
    from app.core.model.asset import Asset
    from app.core.model.scene import SceneList, TransitionKind


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """Kinds of changes of shot to look for, and how eagerly, 0 to 1."""

    kinds: frozenset[TransitionKind]
    sensitivity: float


def add_scene_options(parser: argparse.ArgumentParser) -> None:
    """``--kinds`` and ``--sensitivity``."""
    parser.add_argument("--kinds", metavar="LIST", help="changes of shot to look for: cut, fade or cut,fade (default)")
    parser.add_argument("--sensitivity", metavar="0..1", help="higher finds more (default 0.5)")


def scene_options(options: argparse.Namespace) -> SceneOptions:
    """The options, checked.

    Raises:
        UserError: an unknown kind, or a sensitivity that is none.
    """
    from app.core.analysis.scenes import DEFAULT_SENSITIVITY, KINDS, check_sensitivity, parse_kinds

    names = KINDS if options.kinds is None else [name.strip() for name in options.kinds.split(",")]
    sensitivity = DEFAULT_SENSITIVITY
    if options.sensitivity is not None:
        try:
            sensitivity = float(options.sensitivity)
        except ValueError:
            what = f"sensitivity {options.sensitivity}"
            raise UserError(what, "it is not a number", "choose 0.5, or more to find more") from None
    return SceneOptions(parse_kinds(names), check_sensitivity(sensitivity))


def found_scenes(media: Path, chosen: SceneOptions, desk: Desk) -> tuple[Asset, SceneList]:
    """The film and its scenes; what an earlier run kept is not looked for again."""
    with desk.progress.job(f"scenes of {media.name}") as context:
        asset = desk.services.ingest.asset(media, context)
        return asset, desk.services.ingest.scenes(asset, context, sensitivity=chosen.sensitivity, kinds=chosen.kinds)
