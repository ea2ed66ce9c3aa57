"""Actions on whole clips: copy and paste, duplicate, link and group, speed and level."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.core.base import time
from app.core.base.errors import UserError
from app.core.edit.copying import CopiedClips, copied, duplicate, paste, paste_attributes
from app.core.edit.cut import lift
from app.core.edit.linking import group, link, ungroup, unlink
from app.core.model.project import Project
from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_common import (
    CLIPS,
    LINKED,
    any_clip,
    apply,
    frame_parameter,
    has_clips,
    required_moment,
)
from app.core.session.actions_parameters import Arguments, Parameter
from app.core.session.actions_speed import SPEED_ACTIONS


def _copy(context: ActionContext, arguments: Arguments) -> Result:
    project, sequence = context.session.project, context.timeline.id
    copies = copied(project, sequence, arguments.texts("clips"), linked=arguments.flag("linked"))
    if not context.dry_run:
        context.clipboard.clips = copies
    return {"copied": len(copies.clips), "frames": time.nearest_frame(copies.duration, context.rate)}


def _cut(context: ActionContext, arguments: Arguments) -> Result:
    project, sequence, clips = context.session.project, context.timeline.id, arguments.texts("clips")
    linked = arguments.flag("linked")
    copies = copied(project, sequence, clips, linked=linked)
    result = apply(context, "Cut", lambda project: lift(project, sequence, clips, linked=linked))
    if not context.dry_run:
        context.clipboard.clips = copies
    return result


def _paste(context: ActionContext, arguments: Arguments) -> Result:
    sequence, at, copies = context.timeline.id, required_moment(context, arguments), _copies(context)
    inserting = arguments.flag("insert")
    return apply(context, "Paste", lambda project: paste(project, sequence, copies, at, inserting=inserting))


def _paste_attributes(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, copies = context.timeline.id, arguments.texts("clips"), _copies(context)
    return apply(context, "Paste attributes", lambda project: paste_attributes(project, sequence, copies, clips))


def _copies(context: ActionContext) -> CopiedClips:
    if context.clipboard.clips is None:
        raise UserError("timeline", "nothing is copied", "copy a clip first")
    return context.clipboard.clips


def _duplicate(context: ActionContext, arguments: Arguments) -> Result:
    sequence, clips, linked = context.timeline.id, arguments.texts("clips"), arguments.flag("linked")
    return apply(context, "Duplicate", lambda project: duplicate(project, sequence, clips, linked=linked))


def _on_clips(
    label: str, edit: Callable[[Project, str, Collection[str]], Project]
) -> Callable[[ActionContext, Arguments], Result]:
    def run(context: ActionContext, arguments: Arguments) -> Result:
        sequence, clips = context.timeline.id, arguments.texts("clips")
        return apply(context, label, lambda project: edit(project, sequence, clips))

    return run


def _has_copies(context: ActionContext) -> bool:
    return context.clipboard.clips is not None


def _has_links(context: ActionContext) -> bool:
    return any_clip(context, lambda clip: clip.link_id is not None)


def _has_groups(context: ActionContext) -> bool:
    return any_clip(context, lambda clip: clip.group_id is not None)


CLIP_ACTIONS = (
    Action("edit.cut", "Cut", _cut, (CLIPS, LINKED), has_clips),
    Action("edit.copy", "Copy", _copy, (CLIPS, LINKED), has_clips),
    Action(
        "edit.paste",
        "Paste",
        _paste,
        (
            frame_parameter("where the first of the copied clips begins"),
            Parameter("insert", "flag", "push later things on instead of going over them", default=False),
        ),
        _has_copies,
    ),
    Action("edit.pasteAttributes", "Paste Attributes", _paste_attributes, (CLIPS,), _has_copies),
    Action("edit.duplicate", "Duplicate", _duplicate, (CLIPS, LINKED), has_clips),
    Action("timeline.link", "Link", _on_clips("Link", link), (CLIPS,), has_clips),
    Action("timeline.unlink", "Unlink", _on_clips("Unlink", unlink), (CLIPS,), _has_links),
    Action("timeline.group", "Group", _on_clips("Group", group), (CLIPS,), has_clips),
    Action("timeline.ungroup", "Ungroup", _on_clips("Ungroup", ungroup), (CLIPS,), _has_groups),
    *SPEED_ACTIONS,
)
