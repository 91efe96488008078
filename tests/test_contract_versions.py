"""Which version of a contract counts: Semantic Versioning 2.0.0 §11, then the status."""

import random

import pytest

from catalog.graph import Node
from catalog.versions import current, rank

ORDER = [
    *("latest", "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2"),
    *("1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "v2", "10.0.0"),
]


def test_versions__are_ordered_as_semantic_versioning_says() -> None:
    shuffled = random.Random(1).sample(ORDER, len(ORDER))
    assert sorted(shuffled, key=rank) == ORDER


def node(version: str, status: str | None) -> Node:
    said = {"version": version} | ({"status": status} if status else {})
    return Node(f"contract-version/c/{version}", "ContractVersion", said)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([("1.2.0", "active"), ("1.10.0", "active"), ("2.0.0-rc.1", "draft")], "1.10.0"),
        ([("1.0.0", "deprecated"), ("2.0.0", "retired")], "1.0.0"),
        ([("1.0.0", None), ("2.0.0", "draft")], "2.0.0"),
        ([], None),
    ],
)
def test_current_version__is_the_newest_that_binds(
    versions: list[tuple[str, str | None]], expected: str | None
) -> None:
    found = current([node(*one) for one in versions])
    assert (found and found.properties["version"]) == expected
