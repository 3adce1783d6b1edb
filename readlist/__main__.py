"""The program's entry: answers ``--version`` at once, hands everything else to the command line."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run readlist with the process's arguments and end the process with the exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from readlist import __version__

        print(f"readlist {__version__}")
        return
    import gc

    # Loading makes many objects and no garbage: not to look for any saves a quarter of the start.
    gc.disable()
    try:
        # A shell that completes a line asks without arguments.
        if not sys.argv[1:] and "_READLIST_COMPLETE" not in os.environ:
            from readlist.cli.start import main as start

            sys.exit(start())
        from readlist.cli.app import run

        gc.enable()
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while something was still being loaded
        sys.exit(130)


if __name__ == "__main__":
    main()
