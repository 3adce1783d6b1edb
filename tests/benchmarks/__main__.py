"""Runs the measurements and prints a table: what was measured, the figure, what is to be held."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import measures, screen
from tests.benchmarks.measures import Figure

MEASURES: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "version": measures.version,
    "import": measures.importing,
    "resolve": measures.resolving,
    "snapshot": measures.snapshot,
    "api": measures.api,
    "status": measures.status,
    "search": measures.search,
    "export": measures.export,
    "bibliography": measures.bibliography,
    "paint": screen.paint,
    "keys": screen.keys,
    "moving": screen.moving,
    "zotero": measures.zotero,
}


def main(names: list[str]) -> int:
    if names[:1] == ["scale"]:
        from tests.benchmarks import scale

        return scale.main(names[1:])
    if {"--help", "-h"} & set(names):
        print(f"python -m tests.benchmarks [{' | '.join(MEASURES)}]...\npython -m tests.benchmarks scale --help")
        return 0
    unknown = set(names) - set(MEASURES)
    if unknown:
        print(f"no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    missed = 0
    print(f"{'what':<52} {'seen':>36}   hold")
    for name in names or MEASURES:
        with TemporaryDirectory() as folder:
            for figure in MEASURES[name](Path(folder)):
                missed += figure.missed
                mark = "  MISSED" if figure.missed else ""
                print(f"{figure.what:<52} {figure.seen:>36}   {figure.hold}{mark}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
