"""Whether the blank nodes of a dataset can be told apart at a bounded cost, before they are given canonical names.

RDFC-1.0 tries all orders of blank nodes that look alike from where they are seen. A document of a hundred bytes can
make that take years, so what would be tried is counted first (RDFC-1.0 §7.1, "dataset poisoning").
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, Dataset, Quad

from ontology.errors import RdfTooLarge, TangledRdf

MAX_ORDERS = 2_000_000
"""How many steps naming may take, at the most, by a bound from above; they take about a second."""


MAX_BLANK_NODES = 20_000
"""Naming this many that are all different takes about a second too, in which nothing else of the process runs."""


def check_tellable(dataset: Dataset) -> None:
    """Raises TangledRdf for blank nodes that look alike and are linked so that naming them would take too long.

    Raises RdfTooLarge for too many of them.
    """
    quads = _quads_of(dataset)
    if len(quads) > MAX_BLANK_NODES:
        raise RdfTooLarge(f"The document has more than {MAX_BLANK_NODES:,} blank nodes.", "Give things IRIs.")
    hashes = {label: first_degree(label, found) for label, found in quads.items()}
    alike = _alike(hashes)
    if not alike:
        return
    links = _links(quads, hashes, alike)
    orders = 0.0
    for group in _connected(links):
        logarithm = _log_orders(group, links)
        orders += MAX_ORDERS if logarithm > math.log(MAX_ORDERS) else math.exp(logarithm)
        if orders >= MAX_ORDERS:
            message = f"{len(alike)} blank nodes look alike and cannot be told apart in bounded time."
            raise TangledRdf(message)


def first_degree(label: str, quads: Iterable[Quad]) -> str:
    """Hash of the statements that name a blank node, itself and others without their labels (RDFC-1.0 §4.6)."""
    lines = sorted(_relabelled(label, quad) for quad in quads)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _relabelled(label: str, quad: Quad) -> str:
    terms = [
        ("_:a" if term.value == label else "_:z") if isinstance(term, BlankNode) else str(term)
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
    ]
    return " ".join(terms) + " .\n"


def _quads_of(dataset: Dataset) -> dict[str, list[Quad]]:
    """The statements that name each blank node."""
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in dataset:
        for label in _blanks(quad):
            found[label].append(quad)
    return found


def _blanks(quad: Quad) -> set[str]:
    return {
        term.value for term in (quad.subject, quad.object, quad.graph_name) if isinstance(term, BlankNode)
    }


def _alike(hashes: Mapping[str, str]) -> set[str]:
    """The blank nodes that look like another one."""
    seen: dict[str, list[str]] = defaultdict(list)
    for label, hash_ in hashes.items():
        seen[hash_].append(label)
    return {label for labels in seen.values() if len(labels) > 1 for label in labels}


_Links = Mapping[str, tuple[set[str], Mapping[tuple[str, str, str], int]]]
"""For each blank node its neighbours among those that look alike, and how many of them do from where it is."""


def _links(quads: Mapping[str, list[Quad]], hashes: Mapping[str, str], alike: set[str]) -> _Links:
    found: dict[str, tuple[set[str], dict[tuple[str, str, str], int]]] = {}
    for label in alike:
        seen: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for quad in quads[label]:
            for position, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph_name)):
                if isinstance(term, BlankNode) and term.value != label and term.value in alike:
                    seen[position, quad.predicate.value, hashes[term.value]].add(term.value)
        neighbours = {other for others in seen.values() for other in others}
        found[label] = (neighbours, {where: len(others) for where, others in seen.items()})
    return found


def _log_orders(group: list[str], links: _Links) -> float:
    """Logarithm of a bound on the steps for one group: spelt ways from each node, in all orders of its look-alikes."""
    alike = (math.lgamma(count + 1) for label in group for count in links[label][1].values())
    return 3 * math.log(len(group)) + sum(alike)


def _connected(links: _Links) -> list[list[str]]:
    """The sets of blank nodes that are linked with each other, by whatever way."""
    groups: list[list[str]] = []
    done: set[str] = set()
    for start in links:
        if start in done:
            continue
        group, waiting = [], [start]
        done.add(start)
        while waiting:
            label = waiting.pop()
            group.append(label)
            new = links[label][0] - done
            done |= new
            waiting += new
        groups.append(group)
    return groups
