"""Undo and redo."""

from __future__ import annotations

from app.core.session.actions import Action, ActionContext, Result
from app.core.session.actions_parameters import Arguments


def _undo(context: ActionContext, _arguments: Arguments) -> Result:
    label = context.session.undo_label
    context.session.undo()
    return {"undone": label}


def _redo(context: ActionContext, _arguments: Arguments) -> Result:
    label = context.session.redo_label
    context.session.redo()
    return {"redone": label}


EDIT_ACTIONS = (
    Action("edit.undo", "Undo", _undo, enabled=lambda context: context.session.undo_label is not None),
    Action("edit.redo", "Redo", _redo, enabled=lambda context: context.session.redo_label is not None),
)
