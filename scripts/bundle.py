"""Makes ``dist/insomnia``: the program with all it needs, in one folder. Called by ``make bundle``."""

from __future__ import annotations

import importlib.metadata
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from scripts.bundle_contents import PROGRAM, ROOT

DIST = ROOT / "dist"
BUILD = ROOT / "build" / "bundle"
_STARTS = 5


def main() -> int:
    """Install the packer where it is missing, run it, write the notices, and tell the figures."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    _install(project["optional-dependencies"]["bundle"])
    target = DIST / PROGRAM
    began = time.monotonic()
    packed = subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", str(DIST), "--workpath", str(BUILD), str(ROOT / "pyinstaller.spec")),
        ],
        cwd=ROOT,
        check=False,
    )
    if packed.returncode != 0:
        print("bundle: PyInstaller failed; its last lines above say why", file=sys.stderr)
        return 1
    shutil.copyfile(ROOT / "LICENSE", target / "LICENSE")
    _write_notices(target, project["name"])
    seconds = time.monotonic() - began
    print(f"bundle: {target.relative_to(ROOT)}, {size(target) / 1e6:.0f} MB, made in {seconds:.0f} s")
    print(f"bundle: starts in {_start(target / PROGRAM):.2f} s (--version, median of {_STARTS})")
    return 0


def _install(requirements: list[str]) -> None:
    from packaging.requirements import Requirement

    def is_there(requirement: Requirement) -> bool:
        try:
            return importlib.metadata.version(requirement.name) in requirement.specifier
        except importlib.metadata.PackageNotFoundError:
            return False

    if all(is_there(Requirement(line)) for line in requirements):
        return
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"),
            *("--constraint", str(ROOT / "constraints.txt"), *requirements),
        ],
        check=True,
    )


def _write_notices(target: Path, name: str) -> None:
    from scripts.third_party import write_notices

    write_notices(target, name, _from_the_system())


def _from_the_system() -> list[Path]:
    """The libraries that were taken from this computer's system rather than from a package of Python."""
    import ast

    collected = ast.literal_eval((BUILD / "pyinstaller" / "COLLECT-00.toc").read_text(encoding="utf-8"))
    entries = next(part for part in collected if isinstance(part, list))
    own = {Path(sys.prefix), Path(sys.base_prefix), ROOT}
    return [
        Path(source)
        for _name, source, kind in entries
        if kind == "BINARY" and own.isdisjoint(Path(source).parents) and Path(source).is_absolute()
    ]


def _start(program: Path) -> float:
    """Seconds from nothing to the end of ``--version``."""
    times = []
    for _ in range(_STARTS):
        began = time.monotonic()
        subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.monotonic() - began)
    return statistics.median(times)


def size(folder: Path) -> int:
    """Bytes of all files below ``folder``; what is a link counts once."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
