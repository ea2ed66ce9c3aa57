"""What a power cut leaves is old or new: data reach the disk before the name, the name before the end."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.edit.assets import new_project
from app.storage.project_file import ProjectFiles
from tests.e2e.program import environment

_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*)\) += +(-?\d+)")
_SAVE = """
from pathlib import Path
from app.core.edit.assets import new_project
from app.storage.keeping import ProfileKeeping
from app.storage.project_file import ProjectFiles
project = new_project("new")
ProjectFiles().save(project, Path("FOLDER/a.insomnia"))
ProfileKeeping(Path("FOLDER")).keep_version(project, "saved")
journal = ProfileKeeping(Path("FOLDER")).journal(print)
journal.begin(project, None)
journal.close(forget=False)
"""


def calls(folder: Path) -> list[tuple[str, str]]:
    """The calls to the system about files in ``folder``, in order, that went well."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = folder / "trace"
    traced = "trace=fsync,fdatasync,rename,renameat,renameat2,write,writev,pwrite64"
    program = _SAVE.replace("FOLDER", str(folder))
    command = ["strace", "-f", "-y", "-s", "16", "-e", traced, "-o", str(trace), sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if not trace.exists() or "ptrace" in done.stderr:
        pytest.skip("strace may not watch here")
    assert done.returncode == 0, done.stderr
    found = (_CALL.match(line) for line in trace.read_text(errors="replace").splitlines())
    return [(each[1], each[2]) for each in found if each and str(folder) in each[2] and int(each[3]) >= 0]


def place(made: list[tuple[str, str]], name: str, about: str, after: int = -1) -> int:
    """Where the first call of a kind after ``after`` speaks of ``about``."""
    for number, (call, arguments) in enumerate(made):
        if number > after and call.startswith(name) and about in arguments:
            return number
    raise AssertionError(f"no {name} of {about} after call {after}: {made}")


@pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")
def test_projects_versions_and_journals_are_synced_before_and_after_they_get_their_name(tmp_path: Path) -> None:
    ProjectFiles().save(new_project("old"), tmp_path / "a.insomnia")
    made = calls(tmp_path)
    renames = [(number, arguments) for number, (name, arguments) in enumerate(made) if name.startswith("rename")]
    targets = [re.findall(r'"([^"]+)"', arguments) for _, arguments in renames]
    assert [Path(target).suffix for _, target in targets] == [".insomnia", ".version", ".journal"]
    for (renamed, _), (part, target) in zip(renames, targets, strict=True):
        written = [number for number, (name, each) in enumerate(made) if "write" in name and f"<{part}>" in each]
        assert written
        synced = place(made, "f", f"<{part}>", max(written))
        assert synced < renamed
        assert place(made, "fsync", f"<{Path(target).parent}>", renamed) > renamed
