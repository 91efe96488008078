"""Contracts (ODCS, and whatever else describes versions of contracts) as a proposal: new against old, or the graph.

What was before is the base that is given, else the version that the graph has: that of the same number, else the
latest. A contract without any is compared with the schemas that are seen of its datasets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.coverage import spoken
from catalog.impact.change import Change, ChangeKind
from catalog.mesh.declared import Declared
from ingest.errors import UnboundContract
from ingest.proposals.bound import Bound
from ingest.proposals.columns import untyped
from ingest.proposals.gathered import Gathered
from ingest.proposals.known import Known
from ingest.proposals.objects import against_seen, object_changes
from ingest.proposals.promised import ContractSaid, ObjectSaid, contract_said, contracts_in
from ingest.proposals.promises import objectives
from ingest.proposals.tables import NOT_WHOLE
from ingest.proposals.told import Told, of_graph
from ontology.vocabulary import Rel

_K = ChangeKind


@dataclass(frozen=True, slots=True)
class Sources:
    """What was before: ``declared``, what the graph has; ``stored``: the documents that told it, where they are read as
    they came; ``given``: old versions that are given. ``dataset``: what the one object of a contract is, where it is
    said."""

    declared: Declared
    stored: Told | None = None
    given: Told | None = None
    dataset: str | None = None


def read_contracts(known: Known, sources: Sources, new: Told, before: Bound, after: Bound) -> Gathered:
    """The changes that new versions of contracts say. ``before``, ``after``: what is bound with the old versions that
    are given, and with the new ones. Raises UnboundContract.
    """
    found = Gathered()
    heads = contracts_in(new)
    olds = [] if sources.given is None else contracts_in(sources.given)
    stored = [] if sources.stored is None else contracts_in(sources.stored)
    for head in heads:
        base = _base(head, heads, olds) or _in_graph(sources.declared, stored, head)
        is_known = sources.declared.is_described(head.key)
        found.add(_Compared(known, base, head, is_known, before, after, sources.dataset).gathered())
    return found


def _base(
    head: ContractSaid, heads: Sequence[ContractSaid], olds: Sequence[ContractSaid]
) -> ContractSaid | None:
    """The old one of the same contract; of one and one the other, whatever it is called."""
    same = [one for one in olds if one.key == head.key]
    if same:
        return same[0]
    return olds[0] if len(olds) == 1 == len(heads) else None


def _in_graph(declared: Declared, stored: Sequence[ContractSaid], head: ContractSaid) -> ContractSaid | None:
    """The version that the graph has, as its document says it where one alone does."""
    versions = [one for one in declared.sources(head.key, Rel.VERSION_OF) if declared.is_described(one)]
    if not versions:
        return None
    numbers = {one: declared.text(one, "version") or "" for one in versions}
    same = [one for one in versions if numbers[one] == head.version]
    version = same[0] if same else max(versions, key=lambda one: (_number(numbers[one]), one))
    told = [one for one in stored if one.node == version]
    if len(told) == 1:
        return told[0]
    schemas = declared.targets(version, Rel.HAS_SCHEMA)
    return contract_said(of_graph(declared, schemas), version)


def _number(version: str) -> tuple[int, ...]:
    parts = version.split("+")[0].split("-")[0].split(".")
    return tuple(int(part) if part.isascii() and part.isdigit() and len(part) < 10 else 0 for part in parts)


class _Compared:
    """One contract, before and after; ``old`` None: there was none. ``is_known``: the graph has the contract."""

    def __init__(
        self,
        known: Known,
        old: ContractSaid | None,
        new: ContractSaid,
        is_known: bool,
        before: Bound,
        after: Bound,
        dataset: str | None,
    ) -> None:
        self._known, self._old, self._new, self._is_known = known, old, new, is_known
        self._before, self._after = before, after
        self._dataset = dataset if len(new.objects) == 1 else None
        self._found = Gathered(contracts=[new.key])

    def gathered(self) -> Gathered:
        """All that is changed of it."""
        new, old = self._new, self._old
        pairs = _pairs(old, new)
        subjects = {one.name: self._subjects(pairs.get(one.name), one) for one in new.objects.values()}
        self._tell_unbound(subjects, pairs)
        for name, one in new.objects.items():
            for subject in subjects[name]:
                self._compare(subject, pairs.get(name), one)
        if old is not None:
            self._found.changes += self._lost(old, pairs, subjects)
            for subject in self._places(subjects):
                self._found.changes += _of_contract(subject, old, new)
        against = "nothing before it" if old is None else f"{old.version}"
        self._found.sources.append(f"contract {spoken(new.key)} {new.version} (against {against})")
        return self._found

    def _subjects(self, old: ObjectSaid | None, new: ObjectSaid) -> tuple[str, ...]:
        if self._dataset is not None:
            return (self._dataset,)
        known = () if old is None else self._before.datasets(old.key)
        return known or self._after.datasets(new.key)

    def _tell_unbound(self, subjects: Mapping[str, tuple[str, ...]], pairs: Mapping[str, ObjectSaid]) -> None:
        """Refuses a contract of which nothing is bound; of the others tells the objects that are changed unseen."""
        lost = [name for name, found in subjects.items() if not found]
        said = [f"{name}: {self._after.reason(self._new.objects[name].key)}" for name in lost]
        if subjects and len(lost) == len(subjects):
            raise UnboundContract(
                f"No object of the contract {self._new.key} is bound to a dataset that is known. {' '.join(said)}"
            )
        if not subjects and not self._is_known:
            raise UnboundContract(f"The contract {self._new.key} has no objects, and nothing is known of it.")
        for name, sentence in zip(lost, said, strict=True):
            old = pairs.get(name)
            if old is None or any(object_changes("", old, self._new.objects[name])):
                self._found.unread.append(f"The object {sentence}")

    def _compare(self, subject: str, old: ObjectSaid | None, new: ObjectSaid) -> None:
        if old is not None:
            self._found.changes += object_changes(subject, old, new)
            self._found.changes += _moves(subject, old, new)
            return
        seen = self._known.shape(subject)
        self._found.changes += against_seen(subject, seen, new)
        self._found.unread += untyped(subject, seen, new.shape)
        if not seen.whole:
            self._found.unread.append(NOT_WHOLE.format(spoken(subject)))

    def _lost(
        self,
        old: ContractSaid,
        pairs: Mapping[str, ObjectSaid],
        subjects: Mapping[str, tuple[str, ...]],
    ) -> Iterator[Change]:
        """Objects that the contract has no more: their datasets are promised to nobody, and go."""
        kept = {one.key for one in pairs.values()}
        still = {subject for found in subjects.values() for subject in found}
        for one in old.objects.values():
            if one.key in kept:
                continue
            datasets = self._before.datasets(one.key)
            if not datasets:
                self._found.unread.append(
                    f"The object {one.name}, which is no more: {self._before.reason(one.key)}"
                )
            for subject in datasets:
                if subject not in still:
                    note = f"The contract has no object {one.name} any more."
                    yield Change(
                        *(subject, _K.DATASET_REMOVED, None, spoken(subject)),
                        place=self._new.place,
                        note=note,
                    )

    def _places(self, subjects: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Where a change of the contract itself is told: at the contract, if the graph has it, else at its datasets."""
        if self._is_known:
            return [self._new.key]
        return sorted({subject for found in subjects.values() for subject in found})


def _pairs(old: ContractSaid | None, new: ContractSaid) -> dict[str, ObjectSaid]:
    """New object (by name) → the old one: of the same name, else of the same dataset on a server."""
    if old is None:
        return {}
    found = {name: old.objects[name] for name in new.objects if name in old.objects}
    left = [one for name, one in old.objects.items() if name not in new.objects]
    for name, one in new.objects.items():
        alike = [other for other in left if other.datasets & one.datasets]
        if name not in found and len(alike) == 1:
            found[name] = alike[0]
            left.remove(alike[0])
    return found


def _moves(subject: str, old: ObjectSaid, new: ObjectSaid) -> Iterator[Change]:
    """Servers that lie elsewhere than before."""
    now = dict(sorted(new.datasets))
    targets = {target for _, target in new.datasets}
    for server, target in sorted(old.datasets):
        to = now.get(server)
        if to is not None and target not in targets:
            note = f"server {server}" if server else None
            yield Change(subject, _K.DATASET_MOVED, None, spoken(target), to, place=new.place, note=note)


def _of_contract(subject: str, old: ContractSaid, new: ContractSaid) -> Iterator[Change]:
    """What is changed of the contract as a whole."""
    place = new.place
    if old.version != new.version:
        yield Change(
            subject, _K.CONTRACT_CHANGED, None, old.version, new.version, place=place, note="version"
        )
    if old.status != new.status:
        yield Change(subject, _K.CONTRACT_CHANGED, None, old.status, new.status, place=place, note="status")
    if old.price != new.price:
        yield Change(subject, _K.LICENCE_CHANGED, None, old.price, new.price, place=place, note="price")
    for word in sorted(old.terms.keys() | new.terms.keys()):
        one, other = old.terms.get(word), new.terms.get(word)
        if one != other:
            yield Change(subject, _K.CONTRACT_CHANGED, None, one, other, place=place, note=word)
    yield from objectives(subject, old.objectives, new.objectives, place)
    for kind, before, after, note in (
        (_K.OWNER_CHANGED, old.owners, new.owners, None),
        (_K.CONTRACT_CHANGED, old.domains, new.domains, "domain"),
    ):
        if before != after and not (after and after < before):
            yield Change(subject, kind, None, _listed(before), _listed(after), place=place, note=note)


def _listed(keys: frozenset[str]) -> str | None:
    return ", ".join(sorted(map(spoken, keys))) or None
