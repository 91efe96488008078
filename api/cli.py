"""The entry of the command ``meshline``: small, so that Ctrl-C is heeded before what is large is loaded."""

import sys
from collections.abc import Sequence

from api import exit_codes
from api.loading import loading


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with loading():
            from api.program import run
            from api.verbs import load_verb

            load_verb(given)
        code = run(given)
    except KeyboardInterrupt:
        code = exit_codes.INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
