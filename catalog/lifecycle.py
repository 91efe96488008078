"""What happens to a dataset as a whole: made, changed, dropped, renamed (lifecycleStateChange facet 1-0-1).

Of a dataset its facts hold the last of these, under ``lifecycle``, and under ``previous`` the name that it had before a
rename, until it is dropped or made anew. A rename is told of both names: the old one is RENAMED then.
"""

from collections.abc import Mapping

from catalog.canonical import encode, plain
from catalog.identity import DatasetId
from catalog.instant import format_instant

LIFECYCLE = "lifecycle"
PREVIOUS = "previous"

DROP, CREATE, RENAME = "DROP", "CREATE", "RENAME"
RENAMED = "RENAMED"
STATES = frozenset(("ALTER", CREATE, DROP, "OVERWRITE", RENAME, "TRUNCATE"))
"""The states of the facet."""
OVER = frozenset((DROP, RENAMED))
"""After these it does not exist, until another follows."""


def changed(state: str, previous: DatasetId | None = None) -> dict[str, str | None]:
    """The values of a change, by key of the facts."""
    values: dict[str, str | None] = {LIFECYCLE: encode(state)}
    if previous is not None:
        values[PREVIOUS] = encode([previous.namespace, previous.name])
    elif state in (CREATE, DROP):
        values[PREVIOUS] = None
    return values


def previous_of(text: str) -> DatasetId:
    """The name before the rename."""
    namespace, name = plain(text)
    return DatasetId(namespace, name)


def properties(state: str, since_ns: int) -> Mapping[str, str]:
    """The properties of the node of a dataset that has been in a state since an instant."""
    said = {"lifecycleState": state}
    return {**said, "droppedAt": format_instant(since_ns)} if state in OVER else said
