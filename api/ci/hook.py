"""The hook of pre-commit: ``meshline impact`` for the contracts that a commit changes.

pre-commit puts the files behind all options; here each becomes ``--contract FILE``.
"""

import sys
from collections.abc import Sequence

from api.cli import main

_CONTRACTS = (".yaml", ".yml")
_FLAGS = frozenset({"--routes", "--json", "--other-target", "--allow-empty"})
"""Options that take no value."""


def arguments(given: Sequence[str]) -> list[str]:
    """The arguments of ``meshline`` for those of pre-commit; a file behind an option is of that option."""
    found = ["impact"]
    before = ""
    for one in given:
        waits = before.startswith("--") and "=" not in before and before not in _FLAGS
        if one.endswith(_CONTRACTS) and not one.startswith("--") and not waits:
            found += ["--contract", one]
            before = ""
            continue
        found.append(one)
        before = one
    return found


if __name__ == "__main__":
    main(arguments(sys.argv[1:]))
