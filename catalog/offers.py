"""What a mesh has of a kind that people name: products, domains, teams, contracts, found by key or name.

There are thousands of these, not millions: lists of them are read whole, ``MOST`` at the utmost.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from catalog.curated import SINGLE, counting
from catalog.errors import SeveralFit
from catalog.graph import Direction, Node
from catalog.identity import ResourceId
from catalog.store.port import NodeFilter, Reader
from catalog.things import described_nodes
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

MOST = 20_000
_PAGE = 1_000
_NEAR = 5
_LISTED = 10


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products: of a domain or its parts, of an owner, in one of these lifecycles; None: of any."""

    domain: str | None = None
    owner: str | None = None
    lifecycles: Collection[str] | None = None


def things_of(reader: Reader, label: Label, at: int | None = None) -> list[Node]:
    """The nodes of a kind and of those below it that documents have now or had at an instant, by key."""
    stored = list(_all(reader, label))
    if at is None:
        return [node for node in stored if not is_gone(node)]
    then = described_nodes(reader, [node.key for node in stored], at)
    return [then[node.key] for node in stored if node.key in then]


def is_gone(node: Node) -> bool:
    """Whether nothing describes a node any more."""
    return node.properties.get("gone") is True


def products(reader: Reader, where: ProductFilter, at: int | None = None) -> list[Node]:
    """The products that fit a filter, by key."""
    chosen = things_of(reader, Label.DATA_PRODUCT, at)
    if where.domain is not None:
        inside = members(reader, parts(reader, where.domain, at), Rel.IN_DOMAIN, at)
        chosen = [node for node in chosen if node.key in inside]
    if where.owner is not None:
        owned = members(reader, {where.owner}, Rel.OWNED_BY, at)
        chosen = [node for node in chosen if node.key in owned]
    if where.lifecycles is not None:
        chosen = [node for node in chosen if node.properties.get("lifecycle") in where.lifecycles]
    return chosen


def parts(reader: Reader, domain: str, at: int | None = None) -> set[str]:
    """A domain and all domains that are parts of it."""
    found = {domain}
    fresh = found
    while fresh:
        below = members(reader, fresh, Rel.PART_OF, at)
        fresh = {key for key in below if key.startswith("domain/")} - found
        found = found | fresh
    return found


def members(reader: Reader, keys: Collection[str], rel: Rel, at: int | None = None) -> set[str]:
    """What edges of a type lead from, to any of the keys; not where a person has put another one in their place."""
    told = reader.edges(keys, (rel,), Direction.IN, at)
    if rel not in SINGLE or not told:
        return {edge.source for edge in told}
    leaving = reader.edges({edge.source for edge in told}, (rel,), Direction.OUT, at)
    return {edge.source for edge in counting(leaving) if edge.target in keys}


def find(reader: Reader, label: Label, text: str, at: int | None = None) -> Node | None:
    """The thing of a kind that has the key, the id (what follows the kind in the key) or the name, as it was at an
    instant. A key goes before a name, and what is described before what is gone.

    Raises SeveralFit where several have the name.
    """
    stored = _by_key(reader, label, text) or _by_name(reader, label, text)
    if stored is None or at is None:
        return stored
    return described_nodes(reader, [stored.key], at).get(stored.key)


def near(reader: Reader, label: Label, text: str) -> list[str]:
    """Ids of things of a kind with a similar id or name, the nearest first."""
    ids: dict[str, str] = {}
    for node in things_of(reader, label):
        short = node.key.partition("/")[2]
        ids.setdefault(short.lower(), short)
        ids.setdefault(str(node.properties["name"]).lower(), short)
    close = get_close_matches(text.lower(), ids, n=2 * _NEAR, cutoff=0.5)
    return list(dict.fromkeys(ids[one] for one in close))[:_NEAR]


def _by_key(reader: Reader, label: Label, text: str) -> Node | None:
    """Of what has the key, or the id as it is or to be encoded."""
    model = load_model()
    kinds = [kind for one in model.concrete((label,)) if (kind := model.node(one).kind)]
    keys = [text, *(f"{kind}/{text}" for kind in kinds), *(ResourceId(kind, (text,)).key for kind in kinds)]
    stored = reader.nodes(keys)
    fitting = [stored[key] for key in keys if key in stored and stored[key].label in model.concrete((label,))]
    return next(iter(fitting), None)


def _by_name(reader: Reader, label: Label, name: str) -> Node | None:
    named = reader.page(NodeFilter(load_model().concrete((label,)), {"name": name}), None, _LISTED)
    found = [node for node in named if not is_gone(node)] or named
    if len(found) > 1 and not is_gone(found[0]):
        listed = ", ".join(node.key for node in found)
        raise SeveralFit(f"Several have the name {name!r}: {listed}.", "Name one by its key.")
    return found[0] if found else None


def _all(reader: Reader, label: Label) -> Iterator[Node]:
    where = NodeFilter(load_model().concrete((label,)))
    after: str | None = None
    for _ in range(MOST // _PAGE):
        page = reader.page(where, after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].key
