"""The long run of the stateful test, with counts: ``python -m tests.zotero.storm --histories 200 --steps 50``.

It ends with a history made as short as it gets, should one fail.
"""

from __future__ import annotations

import argparse
import time

from tests.zotero.test_stateful import COUNTS, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--steps", type=int, default=50)
    chosen = parser.parse_args()
    started = time.monotonic()
    run(chosen.histories, chosen.steps)
    # A lost update, or an item that stands twice, would have ended the run.
    for name in ("histories", "steps", "edits", "syncs", "faults", "kills"):
        print(f"{name:<22} {COUNTS[name]:>8,}")
    print(f"{'lost updates':<22} {0:>8}\n{'items that stand twice':<22} {0:>8}")
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
