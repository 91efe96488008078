"""Data products (ODPS, and whatever else describes them) as a proposal: ports that go, and what governs the others."""

from collections.abc import Iterator

from catalog.coverage import spoken
from catalog.impact.change import Change, ChangeKind
from catalog.mesh.declared import Declared
from ingest.proposals.gathered import Gathered
from ingest.proposals.told import Told, of_graph
from ontology.vocabulary import Label, Rel

_K = ChangeKind
_OUTPUTS = (Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
_TERMS = ("lifecycle", "version", "purpose", "limitations", "usage", "tags", "support")


def read_products(declared: Declared, old: Told | None, new: Told) -> Gathered:
    """The changes that new versions of products say. One that nobody knows yet changes nothing."""
    found = Gathered()
    graph = of_graph(declared, ())
    for node in new.of(Label.DATA_PRODUCT):
        before = old if old is not None and node.key in old.nodes else graph
        if node.key in before.nodes:
            found.changes += _changes(node.key, before, new)
        found.sources.append(f"product {spoken(node.key)}")
    return found


def _changes(product: str, old: Told, new: Told) -> Iterator[Change]:
    place = new.place(product)
    ports, kept = old.targets(product, *_OUTPUTS), new.targets(product, *_OUTPUTS)
    for port in sorted(ports - kept):
        yield Change(port, _K.PORT_REMOVED, None, old.text(port, "name") or spoken(port), place=place)
    for port in sorted(ports & kept):
        yield from _of_port(port, old, new)
    inputs, now = (one.targets(product, Rel.HAS_INPUT_PORT) for one in (old, new))
    if inputs != now:
        yield Change(
            *(product, _K.MEANING_CHANGED, None, _listed(inputs), _listed(now)),
            place=place,
            note="input ports",
        )
    for word in _TERMS:
        one, other = old.text(product, word), new.text(product, word)
        if one != other:
            yield Change(product, _K.CONTRACT_CHANGED, None, one, other, place=place, note=word)
    for kind, rel, note in (
        (_K.OWNER_CHANGED, Rel.OWNED_BY, None),
        (_K.CONTRACT_CHANGED, Rel.IN_DOMAIN, "domain"),
    ):
        before, after = old.targets(product, rel), new.targets(product, rel)
        if before != after and not (after and after < before):
            yield Change(product, kind, None, _listed(before), _listed(after), place=place, note=note)


def _of_port(port: str, old: Told, new: Told) -> Iterator[Change]:
    """What governs a port, and where it is reached."""
    place = new.place(port)
    before, after = (one.targets(port, Rel.GOVERNED_BY) for one in (old, new))
    if before != after:
        yield Change(
            port, _K.CONTRACT_CHANGED, None, _listed(before), _listed(after), place=place, note="contract"
        )
    for word in ("endpoint", "protocol"):
        one, other = old.text(port, word), new.text(port, word)
        if one is not None and one != other:
            yield Change(port, _K.CONTRACT_CHANGED, None, one, other, place=place, note=word)


def _listed(keys: frozenset[str]) -> str | None:
    return ", ".join(sorted(map(spoken, keys))) or None
