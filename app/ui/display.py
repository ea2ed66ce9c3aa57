"""Whether a window can be shown at all, found out before Qt would end the program over it."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from app.core.base.errors import UserError

_LOCAL_DISPLAY = re.compile(r"^(?:unix)?:(\d+)(?:\.\d+)?$")
_WAY_OUT = "use a command that needs none, such as probe, scenes, assemble, export or convert (see insomnia --help)"


def require_display(
    environment: Mapping[str, str], platform: str = sys.platform, answers: Callable[[str], bool] | None = None
) -> None:
    """Be silent where a window can be shown.

    Raises:
        UserError: there is no display, or the one that is named does not answer.
    """
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return
    if environment.get("WAYLAND_DISPLAY"):
        return
    display = environment.get("DISPLAY", "")
    if not display:
        raise UserError("the window", "there is no display (DISPLAY is not set)", _WAY_OUT)
    if not (answers or _answers)(display):
        raise UserError("the window", f"the display {display} does not answer", _WAY_OUT)


def drop_foreign_qt(environment: dict[str, str] | os._Environ[str]) -> None:
    """Forget where another library (cv2, where it is not the headless one) keeps a Qt of its own."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if "cv2" in Path(environment.get(name, "")).parts:
            del environment[name]


def _answers(display: str) -> bool:
    """Whether an X server on this computer listens; those of other computers are taken on trust."""
    local = _LOCAL_DISPLAY.match(display)
    if local is None:
        return True
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - the place is part of the protocol
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(2)
            if link.connect_ex(address) == 0:
                return True
    return False
