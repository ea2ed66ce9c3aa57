"""Who has a project open: a small file beside it names program, host and start.

A program that died leaves its file. It is told from a living one by the system's lock on the file,
which dies with its holder, and by the process; both only on the host that made it. On another host
the file is believed. Where no file can be made (a folder that can only be read) nobody is told.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from app.core.base.locks import take_lock
from app.core.session.recovery import Locked

_LARGEST = 10_000
_PROGRAM = "insomnia"


@dataclass(frozen=True, slots=True)
class Holder:
    """What a lock file says. ``since`` is ISO 8601; ``began`` tells two processes of one number apart."""

    program: str
    host: str
    pid: int
    began: str
    user: str
    since: str


class ProjectLock:
    """A lock that this program has, or none where no file can be made."""

    def __init__(self, file: Path, opened: IO[bytes] | None) -> None:
        self._file = file
        self._opened = opened

    def release(self) -> None:
        """Remove the file, if it is still ours."""
        if self._opened is None:
            return
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(self._opened.fileno()), self._file.stat()):
                self._file.unlink()
        self._opened.close()
        self._opened = None


def lock_project(path: Path) -> ProjectLock:
    """Take the lock of the project in ``path``; one that a dead program left is taken over.

    Raises:
        Locked: a program that lives has it.
    """
    file = lock_file(path)
    for _again in range(3):
        holder = _standing(file)
        if holder is not None:
            raise _refusal(path, holder)
        try:
            return ProjectLock(file, _create(file))
        except FileExistsError:
            continue  # another program was faster: ask again who has it
        except OSError:
            break
    return ProjectLock(file, None)


def lock_file(path: Path) -> Path:
    """Where the lock of a project lies: hidden, beside what a link leads to."""
    target = Path(os.path.realpath(path))
    return target.with_name(f".{target.name}.lock")


def ourselves() -> Holder:
    """What this program writes into its locks."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return Holder(_PROGRAM, socket.gethostname(), os.getpid(), _began(os.getpid()) or "", _user(), since)


def _create(file: Path) -> IO[bytes]:
    """Make the file with its content, locked, under its name at once or not at all."""
    opened = file.open("x+b")
    try:
        take_lock(opened)
        opened.write(json.dumps(asdict(ourselves()), indent=1).encode())
        opened.flush()
    except OSError:
        with contextlib.suppress(OSError):  # a full disk refuses at the end once more what it refused before
            opened.close()
        with contextlib.suppress(OSError):
            file.unlink()
        raise
    return opened


def _standing(file: Path) -> Holder | None:
    """The living holder of the lock; a dead one's file is removed."""
    try:
        opened = file.open("r+b")
    except FileNotFoundError:
        return None
    except OSError:
        holder = _read_only(file)
        return holder if holder is not None and not _is_dead(holder) else None
    with opened:
        free = take_lock(opened)
        holder = _parsed(opened.read(_LARGEST))
        if not free:
            return holder or Holder(_PROGRAM, socket.gethostname(), 0, "", "", "")
        if holder is not None and not _is_dead(holder):
            return holder
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(opened.fileno()), file.stat()):
                file.unlink()
    return None


def _read_only(file: Path) -> Holder | None:
    try:
        with file.open("rb") as opened:
            return _parsed(opened.read(_LARGEST))
    except OSError:
        return None


def _parsed(data: bytes) -> Holder | None:
    """What a file says; None for garbage, which no program stands behind."""
    try:
        found = json.loads(data)
        texts = [str(found[name])[:200] for name in ("program", "host", "began", "user", "since")]
        program, host, began, user, since = texts
        return Holder(program, host, int(found["pid"]), began, user, since)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _is_dead(holder: Holder) -> bool:
    """Whether the process is gone; on another host nobody can say, and it counts as alive."""
    if holder.host != socket.gethostname():
        return False
    if sys.platform == "win32":
        return True  # the system's lock was free, and there it always holds
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return holder.pid <= 0
    began = _began(holder.pid)
    return bool(began and holder.began and began != holder.began)


def _began(pid: int) -> str | None:
    """When a process began, in ticks since the start of the system; None where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError, ValueError):
        return None


def _refusal(path: Path, holder: Holder) -> Locked:
    where = "on this computer" if holder.host == socket.gethostname() else f"on {holder.host}"
    since = f" since {_local(holder.since)}" if holder.since else ""
    opened = f"{holder.user} has it open" if holder.user else "it is open"
    return Locked(str(path), f"{opened} {where}{since}", "close it there, or open it to be read only")


def _local(since: str) -> str:
    try:
        return datetime.fromisoformat(since).astimezone().strftime("%d %B, %H:%M")
    except ValueError:
        return since


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this number: in a container
        return ""
