"""The program's entry: answers ``--version`` at once, hands everything else to the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run readlist with the process's arguments and end the process with the exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from readlist import __version__

        print(f"readlist {__version__}")
        return
    from readlist.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
