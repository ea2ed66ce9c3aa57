"""A PostgreSQL server of the tests' own, on a socket in a temporary folder."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_INSTALLED = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``; None where no server or no driver is installed."""
    if importlib.util.find_spec("psycopg") is None:
        return None
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(_INSTALLED.glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def server(bin_folder: Path, folder: Path) -> Iterator[str]:
    """Run a server below ``folder``; gives the address of an empty database."""
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    name = "nobody" if as_user else pwd.getpwuid(os.geteuid()).pw_name
    data = folder / "data"
    if as_user:
        shutil.chown(folder, "nobody")
    _run([*as_user, str(bin_folder / "initdb"), "-N", "-A", "trust", "-D", str(data)])
    control = [*as_user, str(bin_folder / "pg_ctl"), "-w", "-D", str(data)]
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    _run([*control, "-l", str(folder / "log"), "-o", options, "start"])
    try:
        yield f"postgresql://{name}@/postgres?host={folder}"
    finally:
        _run([*control, "-m", "immediate", "stop"])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
