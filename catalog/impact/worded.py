"""Changes that touch no data (an objective, the owner, a classification, a port that goes): whom they concern.

Jobs go on as before. Ports and contracts are said to change, and with them those who take from them: products and jobs
that lineage shows, products that declare it, and agreements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from msgspec.structs import replace

from catalog.aliases import is_dataset, is_job
from catalog.coverage import spoken
from catalog.errors import UnknownNode
from catalog.identity import kind_of
from catalog.impact.above import above, spared, united
from catalog.impact.advice import TEXTS, VERSION, is_ended
from catalog.impact.change import Change, ChangeKind
from catalog.impact.clauses import in_force, objectives
from catalog.impact.promised import called
from catalog.impact.proposed import WORDS
from catalog.impact.report import Affected, Clause, Story
from catalog.impact.severity import RANK, Certainty, Severity
from catalog.impact.spoken import spoken_change
from catalog.impact.touched import Touched
from catalog.mesh.consumers import consumers
from catalog.mesh.mesh import Mesh
from ontology.vocabulary import Label, Rel

_K = ChangeKind
UNSURE = frozenset(
    (_K.SLO_RELAXED, _K.SLO_REMOVED, _K.LICENCE_CHANGED, _K.CLASSIFICATION_RAISED, _K.CONTRACT_CHANGED)
)
"""Whether somebody relies on what changes is not known."""
_LABELS = {
    "output-port": Label.OUTPUT_PORT,
    "management-port": Label.MANAGEMENT_PORT,
    "contract": Label.DATA_CONTRACT,
    "contract-version": Label.CONTRACT_VERSION,
    "product": Label.DATA_PRODUCT,
    "dataset": Label.DATASET,
}


@dataclass(frozen=True, slots=True)
class Worded:
    """``items`` by key. ``consumed``: product → what becomes of what it offers, as it is to who takes that; ``ports``
    and ``datasets``: where, by product."""

    items: Mapping[str, Affected]
    consumed: Mapping[str, Affected]
    ports: Mapping[str, frozenset[str]]
    datasets: Mapping[str, frozenset[str]]

    def at(self) -> dict[str, Affected]:
        """What becomes of each port and product, as it is to who takes from it."""
        places = {
            key: product for product in self.consumed for key in (*self.ports.get(product, ()), product)
        }
        return {
            key: replace(
                self.consumed[product],
                key=key,
                label=self.items[key].label,
                hops=0,
                tale=replace(self.consumed[product].story, reason=self.items[key].reason),
            )
            for key, product in places.items()
        }


def worded(mesh: Mesh, touched: Touched, changes: Iterable[Change], own: Collection[str]) -> Worded:
    """Items of the ports, contracts and products that such changes name, or that the named datasets are of.

    Raises UnknownNode for a port, contract or product that is not known.
    """
    by_subject: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.kind in WORDS and change.note != VERSION:
            by_subject[change.subject].append(change)
    places = _Places(mesh, touched, own)
    for subject, told in sorted(by_subject.items()):
        places.tell(subject, told)
    return Worded(
        places.items,
        places.consumed,
        {key: frozenset(found) for key, found in places.ports.items()},
        {key: frozenset(found) for key, found in places.datasets.items()},
    )


class _Places:
    """Where a change of a thing is felt: its ports, contract versions and products."""

    def __init__(self, mesh: Mesh, touched: Touched, own: Collection[str]) -> None:
        self._mesh = mesh
        self._declared = mesh.declared
        self._touched = touched
        self._own = own
        self.items: dict[str, Affected] = {}
        self.consumed: dict[str, Affected] = {}
        self.ports: dict[str, set[str]] = defaultdict(set)
        self.datasets: dict[str, set[str]] = defaultdict(set)

    def tell(self, subject: str, changes: Sequence[Change]) -> None:
        """The subject itself, where it is declared, what it is felt at, and what it is to consumers."""
        if not is_dataset(subject) and subject not in self._declared.nodes:
            raise UnknownNode(f"No {kind_of(subject)} {spoken(subject)} is known.", "Search for its name.")
        hit, consumed = _hit(subject, changes, _OFFERED), _hit(subject, changes, _CONSUMED)
        versions, ports = self._versions(subject), self._ports(subject)
        clauses: dict[str, list[Clause]] = {
            one: [*objectives(one, changes)] for one in versions if in_force(self._declared, one, self._own)
        }
        if {change.kind for change in changes} != {_K.PORT_REMOVED}:
            for key in sorted(versions):
                self._add(hit, key, f"Contract {called(self._mesh, key)}", clauses.get(key, ()))
        for key in sorted(ports):
            governing = self._declared.targets(key, Rel.GOVERNED_BY)
            under = [clause for one in governing for clause in clauses.get(one, ())]
            self._add(hit, key, f"Port {self._declared.name(key)}", under)
        for key in sorted({one for port in ports for one in self._products(port)} | self._owners(subject)):
            self._add(spared(hit), key, f"Product {self._declared.name(key)}")
            self._consume(key, consumed, ports, subject)

    def _add(self, hit: Affected, key: str, called_: str, clauses: Sequence[Clause] = ()) -> None:
        item = above([hit], key, _LABELS[kind_of(key)], f"{called_}: {hit.reason}.", clauses)
        self.items[key] = united(self.items[key], item) if key in self.items else item

    def _consume(self, product: str, hit: Affected, ports: Collection[str], subject: str) -> None:
        known = self.consumed.get(product)
        self.consumed[product] = hit if known is None else united(known, hit)
        own = {port for port in ports if product in self._products(port)}
        self.ports[product] |= own
        for port in own:
            binding = self._mesh.bindings.get(port)
            for one in () if binding is None else binding.counting:
                self.datasets[product] |= {one.dataset, *one.names}
        if is_dataset(subject):
            self.datasets[product].add(subject)

    def _versions(self, subject: str) -> set[str]:
        declared, kind = self._declared, kind_of(subject)
        if kind == "contract":
            return {*declared.sources(subject, Rel.VERSION_OF)}
        if kind == "contract-version":
            return {subject}
        if kind.endswith("-port"):
            return {
                one
                for one in declared.targets(subject, Rel.GOVERNED_BY)
                if kind_of(one) == "contract-version"
            }
        if kind == "dataset":
            return {one for thing in self._bound(subject) for one in declared.sources(thing, Rel.HAS_SCHEMA)}
        return set()

    def _ports(self, subject: str) -> set[str]:
        declared, kind = self._declared, kind_of(subject)
        if kind.endswith("-port"):
            return {subject}
        if kind == "product":
            return {*declared.targets(subject, Rel.HAS_OUTPUT_PORT)}
        if kind == "dataset":
            return {thing for thing in self._bound(subject) if kind_of(thing).endswith("-port")}
        governing = {subject, *self._versions(subject)}
        found = {port for one in governing for port in declared.sources(one, Rel.GOVERNED_BY)}
        return {port for port in found if kind_of(port) in _LABELS and kind_of(port).endswith("-port")}

    def _bound(self, dataset: str) -> list[str]:
        """The schemas and ports that are bound to a dataset under any of its names."""
        name, named = self._touched.name((dataset,)), self._touched.by_key()
        return self._mesh.indexes.bound_to([key for key in named if self._touched.name((key,)) == name])

    def _products(self, port: str) -> list[str]:
        return self._declared.sources(port, Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT)

    def _owners(self, subject: str) -> set[str]:
        if kind_of(subject) == "product":
            return {subject}
        return {*self._mesh.members.products(subject)} if is_dataset(subject) else set()


Effects: TypeAlias = Mapping[ChangeKind, tuple[Severity, Certainty]]
_CONSUMED: Effects = {
    **dict.fromkeys(UNSURE, (Severity.UNKNOWN, Certainty.UNKNOWN)),
    _K.PORT_REMOVED: (Severity.BREAKS, Certainty.STRUCTURAL),
}
"""What such changes are to who takes from a port."""
_OFFERED: Effects = {_K.PORT_REMOVED: (Severity.BREAKS, Certainty.STRUCTURAL)}
"""What they are to the port itself. Only an agreement that covers it makes its end a broken promise."""


def _hit(subject: str, changes: Sequence[Change], effects: Effects) -> Affected:
    harmless = (Severity.COMPATIBLE, Certainty.PROVEN)
    kinds = [
        harmless if change.note in TEXTS and not is_ended(change) else effects.get(change.kind, harmless)
        for change in changes
    ]
    severity, certainty = min(kinds, key=lambda one: RANK[one[0]])
    said = ", ".join(spoken_change(change) for change in changes)
    label = _LABELS.get(kind_of(subject), kind_of(subject))
    return Affected(
        *(subject, label, (), severity, severity is Severity.UNKNOWN, certainty, -1, Story(said, (), ((),))),
    )


def takers(mesh: Mesh, said: Worded) -> dict[str, Affected]:
    """Who takes from the products of which such changes are told: products and jobs that lineage shows reading what the
    change is of, and products whose input ports say so."""
    products = sorted(said.consumed)
    found: dict[str, Affected] = {}
    if not products:
        return found
    taking = consumers(mesh, products, mesh.graph(products), mesh.statuses(products))
    stating = mesh.indexes.inputs
    for product in products:
        for one in taking[product]:
            stated = stating.get((product, one.key), ())
            ports = {each.output_port for each in stated}
            takes = bool(said.datasets.get(product, frozenset()) & {*one.datasets})
            states = bool(ports & {None, *said.ports.get(product, ())})
            if kind_of(one.key) in ("product", "job") and (takes or states):
                item = _taker(mesh, product, one.key, said.consumed[product])
                found[one.key] = united(found[one.key], item) if one.key in found else item
    return found


def _taker(mesh: Mesh, product: str, key: str, hit: Affected) -> Affected:
    label, word = (Label.JOB, "Job") if is_job(key) else (Label.DATA_PRODUCT, "Product")
    called_ = spoken(key) if is_job(key) else mesh.declared.name(key)
    reason = f"{word} {called_} takes from product {mesh.declared.name(product)}: {hit.reason}."
    return replace(above([hit], key, label, reason), hops=1)
