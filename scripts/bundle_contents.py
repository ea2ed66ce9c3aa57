"""What goes into the bundle, and what of the libraries' baggage stays out. Read by pyinstaller.spec and a test."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "insomnia"
# All of it is carried along, code and files: importlib.resources and alembic look for files there.
MIGRATIONS = "app/storage/migrations"
RESOURCES = "resources"

# Loaded by a name that only exists while the program runs, so no import statement leads there.
LATE_MODULES = (
    "sqlalchemy.dialects.sqlite",
    "logging.config",
    "otio_cmx3600_adapter.cmx_3600",
    "otio_fcp_adapter",
    "xml.dom.minidom",
    "xml.etree.cElementTree",
)
# OpenTimelineIO loads its adapters from source files that a manifest names, and one of them works no other way.
PACKAGES_WITH_FILES = ("opentimelineio", "otio_fcp_adapter")

# Modules that somebody's optional import or a stock hook would bring, and that nothing here uses.
LEFT_OUT_MODULES = (
    "IPython",
    "MySQLdb",
    "PIL",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtPdf",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtWebEngineCore",
    "_pytest",
    "black",
    "ensurepip",
    "hypothesis",
    "idlelib",
    "lib2to3",
    "matplotlib",
    "moviepy",
    "mypy",
    "pandas",
    "pip",
    "pkg_resources",
    "psutil",
    "psycopg",
    "psycopg2",
    "psycopg_binary",
    "pygments",
    "pysqlite2",
    "pytest",
    "rich",
    "scipy",
    "setuptools",
    "tkinter",
)

QT = PurePosixPath("PySide6/Qt")
# A screen of X or Wayland, none at all; icons; pictures; input methods; the desktop's own file dialogs.
QT_PLUGINS = (
    "iconengines/libqsvgicon.so",
    "imageformats/libqgif.so",
    "imageformats/libqico.so",
    "imageformats/libqjpeg.so",
    "imageformats/libqsvg.so",
    "imageformats/libqtiff.so",
    "imageformats/libqwebp.so",
    "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    "platforminputcontexts/libibusplatforminputcontextplugin.so",
    "platforms/libqoffscreen.so",
    "platforms/libqwayland.so",
    "platforms/libqxcb.so",
    "platformthemes/libqxdgdesktopportal.so",
    "wayland-decoration-client/",
    "wayland-graphics-integration-client/",
    "wayland-shell-integration/",
    "xcbglintegrations/",
)
# What plugins and modules that stay out would have needed: GTK with all below it, QML, and a second FFmpeg;
# and a part of the C library, which has to be the system's own as the rest of it is.
_LEFT_OUT_LIBRARIES = re.compile(
    r"lib(Qt6(Qml|Quick|Pdf|VirtualKeyboard|WebEngine|EglF[Ss]|ShaderTools|LabsAnimation)"
    r"|gtk-3|gdk|cairo|pango|atk|atspi|epoxy|harfbuzz-gobject|thai|datrie|rsvg|fribidi|graphite2|mvec)"
)
_QT_FFMPEG = re.compile(r"lib(av|sw)[a-z]+\.so|libQt6FFmpegStub")
# These tell where the environment lay that the bundle was made from, or nothing at all.
_METADATA = re.compile(r"[^/]+\.(dist|egg)-info/(?!METADATA$|PKG-INFO$|entry_points\.txt$|top_level\.txt$)")


def modules(root: Path = ROOT) -> list[str]:
    """Every module of the program, by its full name: many are only imported when they are needed."""
    return [*sorted({_module(file.relative_to(root)) for file in (root / "app").rglob("*.py")}), *LATE_MODULES]


def _module(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def files(root: Path = ROOT) -> list[tuple[str, str]]:
    """Files as they are, each with the folder of the bundle that it goes to."""
    found = [each for top in (RESOURCES, MIGRATIONS) for each in sorted((root / top).rglob("*"))]
    return [
        (str(each), each.parent.relative_to(root).as_posix())
        for each in found
        if each.is_file() and "__pycache__" not in each.parts
    ]


def distributions(root: Path = ROOT) -> Iterator[str]:
    """The packages whose versions the program tells: itself and what it depends on."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield project["name"]
    for line in project["dependencies"]:
        yield re.split(r"[^A-Za-z0-9._-]", line)[0]


def is_wanted(name: str) -> bool:
    """Whether a collected file belongs into the bundle; ``name`` is its path there, with slashes."""
    path = PurePosixPath(name)
    if _METADATA.match(name):
        return False
    if path.is_relative_to(QT / "translations") or path.is_relative_to(QT / "qml"):
        return False
    if path.is_relative_to(QT / "plugins"):
        return str(path.relative_to(QT / "plugins")).startswith(QT_PLUGINS)
    if path.parent == QT / "lib" and _QT_FFMPEG.match(path.name):
        return False
    return _LEFT_OUT_LIBRARIES.match(path.name) is None
