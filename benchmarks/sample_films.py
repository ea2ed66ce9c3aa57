"""Writes the sample film under each name it is given; every file is one of its own to the library."""

from __future__ import annotations

import sys
from pathlib import Path

from app.core.jobs.inline import InlineContext
from app.core.media.sample_film import make_sample_film


def main(paths: list[Path]) -> None:
    """Write them; an empty box of MP4 at the end, with a number in it, makes them differ."""
    for number, path in enumerate(paths):
        make_sample_film(path, InlineContext())
        with path.open("ab") as file:
            file.write(b"\0\0\0\x0cfree" + bytes([number] * 4))


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
