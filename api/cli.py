"""The entry of the command ``meshline``: small, so that Ctrl-C is heeded before what is large is loaded."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from api import exit_codes


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    # While modules are loaded nothing is begun, so nothing is to be ended; an exception could be lost in there.
    previous = signal.signal(signal.SIGINT, _leave)
    from api.program import run

    try:
        signal.signal(signal.SIGINT, previous)
        code = run(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        code = exit_codes.INTERRUPTED
    sys.exit(code)


def _leave(signum: int, frame: FrameType | None) -> None:
    os._exit(exit_codes.INTERRUPTED)


if __name__ == "__main__":
    main()
