"""Runs before the program in a bundle: programs of the system that it starts must not load the bundle's libraries."""

import os

# The loader of this process has read the variable already; only children see the change.
_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is not None:
    os.environ["LD_LIBRARY_PATH"] = _before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
# A worker is this program again: it has to find the bundle's libraries anew, not believe that they are set.
os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
