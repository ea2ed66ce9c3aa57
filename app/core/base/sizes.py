"""Numbers of bytes as people read them."""

from __future__ import annotations


def size(bytes_: int) -> str:
    """``12 kB``, ``3.4 GB``: in steps of a thousand, as file managers count."""
    number = float(bytes_)
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if number >= 100 or unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
