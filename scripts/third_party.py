"""The notices of a bundle: what it holds of others, in which version, under which licence."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILE = "THIRD-PARTY.md"
FOLDER = "licences"
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
_SYSTEM_LICENCES = Path("/usr/share/doc")
# What those, and packages that bring no text of their own, refer to.
_COMMON_LICENCES = Path("/usr/share/common-licenses")
_COMMON = ("Apache-2.0", "GPL-2", "GPL-3", "LGPL-2", "LGPL-2.1", "LGPL-3")

_HEAD = """# What this folder holds of others

Insomnia itself is under the GNU General Public License, version 3 or later: see LICENSE. The libraries below come \
as their makers published them, each under its own licence; their texts are in the folder `{folder}`. The wheel of av \
carries FFmpeg with x264 and x265, which are under the GPL; that of opencv-python-headless carries an FFmpeg under \
the LGPL; PySide6 is Qt, used under the LGPL. The start program is of PyInstaller, whose licence (GPL) excepts \
programs made with it. The font Inter is under the SIL Open Font License.

| package | version | licence |
|---|---|---|
"""


def needed(name: str, seen: dict[str, Distribution]) -> dict[str, Distribution]:
    """The packages that ``name`` needs here, with what those need, by canonical name."""
    for text in importlib.metadata.requires(name) or []:
        requirement = Requirement(text)
        key = canonicalize_name(requirement.name)
        if key not in seen and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            seen[key] = importlib.metadata.distribution(key)
            needed(key, seen)
    return seen


def licence(distribution: Distribution) -> str:
    """What the package says of its licence, in one line."""
    about = distribution.metadata
    for field in ("License-Expression", "License"):
        text = about[field].strip() if field in about else ""
        if text and "\n" not in text and text != "UNKNOWN":
            return text
    names = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or [] if each.startswith("License ::")]
    return "; ".join(names) or "see its licence file"


def licence_files(distribution: Distribution) -> Iterator[Path]:
    """The licence texts that came with the package."""
    for file in distribution.files or ():
        if _LICENCE_FILE.match(file.name) and file.suffix not in {".py", ".pyc", ".pyi"}:
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                yield path


def write_notices(bundle: Path, project: str, system_files: list[Path]) -> None:
    """Write the list and the texts into ``bundle``; ``system_files`` were taken from this computer's system."""
    rows = [f"| Python | {platform.python_version()} | PSF-2.0 |"]
    python_licence = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if python_licence.is_file():
        _keep(python_licence, bundle / FOLDER / "python")
    for key, distribution in sorted(needed(project, {}).items()):
        rows.append(f"| {distribution.metadata['Name']} | {distribution.version} | {licence(distribution)} |")
        for path in licence_files(distribution):
            _keep(path, bundle / FOLDER / key)
    text = _HEAD.format(folder=FOLDER) + "\n".join(rows) + "\n"
    for path in filter(Path.is_file, (_COMMON_LICENCES / name for name in _COMMON)):
        _keep(path, bundle / FOLDER / "common")
    packages = _system_packages(system_files)
    if packages:
        text += "\nLibraries of the system that the bundle was made on, as its packages:\n\n"
    for package, version in sorted(packages.items()):
        text += f"- {package} {version}\n"
        copyright_file = _SYSTEM_LICENCES / package.partition(":")[0] / "copyright"
        if copyright_file.is_file():
            _keep(copyright_file, bundle / FOLDER / "system" / package.partition(":")[0])
    (bundle / FILE).write_text(text, encoding="utf-8")


def _keep(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / source.name)


def _system_packages(files: list[Path]) -> dict[str, str]:
    """Version by name of the Debian packages that ``files`` are of; empty where the system has no dpkg."""
    if shutil.which("dpkg-query") is None or not sys.platform.startswith("linux"):
        return {}
    packages: set[str] = set()
    for file in files:
        # dpkg knows a library by the place it was installed to, with or without the merged /usr.
        for place in {str(file), str(file.resolve()), str(file.resolve()).removeprefix("/usr")}:
            asked = subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True, check=False)
            if asked.returncode == 0:
                packages.add(asked.stdout.partition(": ")[0].split(",")[0])
                break
    versions = {}
    for package in packages:
        asked = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False
        )
        versions[package] = asked.stdout.strip()
    return versions
