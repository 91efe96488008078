"""The command line of a real component: ``prepare`` fetches its jars, ``run`` serves until Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.maven import Unavailable


def command(
    name: str,
    usage: str | None,
    prepare: Callable[[], object],
    serving: Callable[[], AbstractContextManager[str]],
) -> None:
    """Carry out the verb of ``sys.argv`` and end the process; ``serving`` gives what it serves where."""
    if sys.argv[1:] not in (["prepare"], ["run"]):
        sys.exit(usage)
    try:
        if sys.argv[1] == "prepare":
            prepare()
        else:
            _run(serving)
    except Unavailable as error:
        optional = sys.argv[1] == "prepare" and os.environ.get("CI") != "true"
        print(f"the {name} tests will be skipped: {error}" if optional else error, file=sys.stderr)
        sys.exit(0 if optional else 1)


def _run(serving: Callable[[], AbstractContextManager[str]]) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serving() as said:
        print(f"{said} until Ctrl-C", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("stopped")
