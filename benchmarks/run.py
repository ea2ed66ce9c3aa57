"""Runs the benchmarks: ``python -m benchmarks.run [NAME...]``.

A benchmark is a module ``benchmarks/bench_NAME.py`` with a function ``main() -> int`` that prints
what it measured and returns 0 where its target was met.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks

_PREFIX = "bench_"


def names() -> tuple[str, ...]:
    """The benchmarks there are, without their prefix, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX)))


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; 0 where each met its target."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    missed = []
    for name in wanted or known:
        print(f"== {name}", flush=True)
        if importlib.import_module(f"benchmarks.{_PREFIX}{name}").main() != 0:
            missed.append(name)
    if missed:
        print(f"targets missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
