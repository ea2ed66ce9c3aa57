"""The adapters of OpenTimelineIO for other formats, called directly.

Not through OpenTimelineIO's list of plug-ins: that one runs hooks and code that the environment names.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType

# What OpenTimelineIO counts timecode in, and nothing else.
TIMECODE_RATES = frozenset(
    {Fraction(24), Fraction(25), Fraction(30), Fraction(48), Fraction(50), Fraction(60)}
    | {Fraction(base * 1000, 1001) for base in (24, 30, 60)}
)

# The adapter names its own package as OpenTimelineIO's plug-ins do: it has to be loaded as one of them.
_FCP7 = "opentimelineio.adapters.fcp_xml"


@functools.cache
def cmx_3600() -> ModuleType:
    """The adapter for EDL."""
    return importlib.import_module("otio_cmx3600_adapter.cmx_3600")


@functools.cache
def fcp7() -> ModuleType:
    """The adapter for the XML of Final Cut Pro 7."""
    importlib.import_module("opentimelineio.adapters")
    package = importlib.import_module("otio_fcp_adapter")
    source = Path(package.__path__[0], "fcp_xml.py")
    found = importlib.util.spec_from_file_location(_FCP7, source)
    if found is None or found.loader is None:
        raise ImportError(f"no adapter in {source}")
    module = importlib.util.module_from_spec(found)
    sys.modules[_FCP7] = module
    found.loader.exec_module(module)
    return module
