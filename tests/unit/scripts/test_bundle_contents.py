"""What the bundle's lists name does exist, and nothing that the program imports is left out."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import sys
import tomllib
from pathlib import Path

import PySide6
import pytest
from packaging.requirements import Requirement

from scripts import bundle_contents as contents

SPEC = contents.ROOT / "pyinstaller.spec"
PLUGINS = Path(PySide6.__path__[0], "Qt", "plugins")


def imported() -> set[str]:
    """Full names of all modules that statements of the program import."""
    names: set[str] = set()
    for file in (contents.ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def test_every_module_of_the_program_goes_in() -> None:
    listed = contents.modules()
    own = {name for name in imported() if name.startswith("app.") and _is_module(name)}
    assert {"app.main", "app.cli", "app.ui.application", "app.storage.migrations.env"} <= set(listed)
    assert [name for name in own if name not in listed] == []
    assert [name for name in listed if importlib.util.find_spec(name) is None] == []


def _is_module(name: str) -> bool:
    path = contents.ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def test_files_exist_and_keep_their_places() -> None:
    listed = contents.files()
    assert [source for source, _folder in listed if not Path(source).is_file()] == []
    inside = {f"{folder}/{Path(source).name}" for source, folder in listed}
    assert {
        "app/storage/migrations/env.py",
        "app/storage/migrations/versions/v0001_library.py",
        "resources/fonts/Inter-SemiBold.otf",
        "resources/icons/insomnia.svg",
        "resources/keymaps/default.json",
        "resources/presets/mp4.json",
        "resources/styles/insomnia.qss",
    } <= inside
    assert not any("__pycache__" in name for name in inside)


@pytest.mark.parametrize("name", contents.PACKAGES_WITH_FILES)
def test_packages_with_files_are_installed(name: str) -> None:
    assert importlib.util.find_spec(name) is not None


def test_the_versions_that_the_program_tells_can_be_told() -> None:
    names = list(contents.distributions())
    assert {"insomnia-video-editor", "av", "skia-python", "sqlalchemy"} <= set(names)
    assert all(importlib.metadata.version(name) for name in names)


def test_nothing_that_the_program_imports_is_left_out() -> None:
    left_out = {
        name for name in imported() for other in contents.LEFT_OUT_MODULES if f"{name}.".startswith(f"{other}.")
    }
    assert left_out == set()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the names of the plugins are those of Linux")
@pytest.mark.parametrize("plugin", contents.QT_PLUGINS)
def test_plugins_that_stay_exist(plugin: str) -> None:
    assert (PLUGINS / plugin).exists()


@pytest.mark.parametrize(
    "name",
    [
        "resources/icons/insomnia.svg",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
        "PySide6/Qt/lib/libQt6Multimedia.so.6",
        "PySide6/Qt/lib/libicudata.so.73",
        "av.libs/libavcodec-5e6b81c2.so.62.28.102",
        "av-18.1.0.dist-info/METADATA",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
        "libxcb-cursor.so.0",
    ],
)
def test_it_stays(name: str) -> None:
    assert contents.is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so",
        "PySide6/Qt/lib/libavcodec.so.61",
        "PySide6/Qt/lib/libQt6FFmpegStub-ssl.so.3",
        "PySide6/Qt/lib/libQt6EglFSDeviceIntegration.so.6",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt/translations/qtbase_de.qm",
        "libgtk-3.so.0",
        "libmvec.so.1",
        "av-18.1.0.dist-info/RECORD",
        "insomnia_video_editor-0.1.0.dist-info/direct_url.json",
    ],
)
def test_it_goes(name: str) -> None:
    assert not contents.is_wanted(name)


def test_the_spec_uses_names_that_exist() -> None:
    used = {
        node.attr
        for node in ast.walk(ast.parse(SPEC.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "contents"
    }
    assert {"modules", "files", "is_wanted"} <= used
    assert [name for name in used if not hasattr(contents, name)] == []


def test_the_packer_has_both_bounds_and_a_pinned_version() -> None:
    project = tomllib.loads((contents.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (contents.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    for requirement in map(Requirement, project["optional-dependencies"]["bundle"]):
        assert {each.operator for each in requirement.specifier} == {">=", "<"}
        assert pinned[requirement.name] in requirement.specifier
