"""Words for media: the action that lets a service listen."""

from __future__ import annotations

from app.core.base.errors import UserError
from app.core.model.asset import Asset
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_names import named_asset
from app.core.session.actions_parameters import Arguments, Parameter
from app.core.speech.transcriber import SpeechOptions


def with_sound(context: ActionContext) -> tuple[Asset, ...]:
    """The media of the project in which somebody may speak."""
    return tuple(asset for asset in context.session.project.assets if asset.info.audio)


def _transcribe(context: ActionContext, arguments: Arguments) -> Result:
    """Whoever runs this has the person's consent."""
    named = tuple(dict.fromkeys(named_asset(context, name) for name in arguments.texts("assets")))
    assets = named or with_sound(context)
    silent = [asset.name for asset in assets if not asset.info.audio]
    heard = tuple(asset for asset in assets if asset.info.audio)
    if not heard:
        what = silent[0] if silent else context.session.project.name
        raise UserError(what, "it holds no sound", "choose a file in which somebody speaks")
    options = SpeechOptions.checked(
        arguments.text("language") if "language" in arguments else None,
        arguments.number("speakers") if "speakers" in arguments else None,
    )
    if context.dry_run:
        return {"would": [f"the sound of {asset.name} is sent, unless its words are known" for asset in heard]}
    return {**context.listen(heard, options), "silent": silent}


def _has_sound(context: ActionContext) -> bool:
    return bool(with_sound(context))


SPEECH_ACTIONS = (
    Action(
        "media.transcribe",
        "Transcribe...",
        _transcribe,
        (
            Parameter("assets", "texts", "media by id, name or path; all that have sound by default"),
            Parameter("language", "text", "the language spoken, such as en or de; found out by default"),
            Parameter("speakers", "int", "how many speak, to tell them apart"),
        ),
        _has_sound,
    ),
)
