"""The items of declared things: products, ports, contracts with their schemas, exposures, components, agreements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from catalog.impact.above import united, worst
from catalog.impact.advice import VERSION, Semver, raised
from catalog.impact.change import ChangeKind, Proposal
from catalog.impact.depending import agreed, declared_only, depending
from catalog.impact.offered import Offered
from catalog.impact.promised import Promised, called
from catalog.impact.report import Affected
from catalog.impact.touched import Touched
from catalog.impact.worded import takers, worded
from catalog.mesh.mesh import Mesh
from ontology.vocabulary import Label, Rel

EXPOSING = frozenset((Label.DATA_PRODUCT, Label.OUTPUT_PORT, Label.MANAGEMENT_PORT))


@dataclass(frozen=True, slots=True)
class Things:
    """Items by key. ``exposes``: the datasets that ports and products give access to, under all their names."""

    items: Mapping[str, Affected]
    exposes: Mapping[str, tuple[str, ...]]


def things(
    mesh: Mesh,
    proposal: Proposal,
    touched: Touched,
    items: Collection[Affected],
    reading: Collection[str],
    semver: Semver,
) -> Things:
    """What is declared on top of what is affected, and what the changes say that touch no data.

    ``items``: the fields, datasets and jobs; ``reading``: the products that lineage shows reading, hit or not.
    """
    promised = Promised(mesh, touched, proposal.contracts)
    offered = Offered(mesh, touched, promised.items, items)
    told = worded(mesh, touched, proposal.changes, proposal.contracts)
    found: dict[str, Affected] = {}
    _unite(found, promised.items, offered.items, told.items)
    at_ports = {key: item for key, item in found.items() if item.label in EXPOSING}
    taking = takers(mesh, told)
    _unite(
        found,
        depending(mesh, touched, at_ports),
        agreed(mesh, touched, _worse(at_ports, told.at()), _removed(proposal)),
        declared_only(mesh, at_ports, {*reading, *offered.items, *taking}),
        taking,
    )
    _tell_versions(mesh, proposal, found, semver)
    return Things(found, offered.exposes)


def _removed(proposal: Proposal) -> frozenset[str]:
    """The ports that go away."""
    return frozenset(one.subject for one in proposal.changes if one.kind is ChangeKind.PORT_REMOVED)


def _worse(one: Mapping[str, Affected], other: Mapping[str, Affected]) -> dict[str, Affected]:
    return {**one, **{key: worst([hit, one[key]]) if key in one else hit for key, hit in other.items()}}


def _unite(found: dict[str, Affected], *others: Mapping[str, Affected]) -> None:
    for items in others:
        for key, item in items.items():
            found[key] = united(found[key], item) if key in found else item


def _tell_versions(mesh: Mesh, proposal: Proposal, found: dict[str, Affected], semver: Semver) -> None:
    """Of the contracts that the proposal is the new version of, what it means: no promise is broken by it."""
    numbers = {
        one.subject: (one.before, one.after)
        for one in proposal.changes
        if one.kind is ChangeKind.CONTRACT_CHANGED and one.note == VERSION
    }
    for contract in proposal.contracts:
        for version in mesh.declared.sources(contract, Rel.VERSION_OF):
            if version not in found:
                continue
            before, after = numbers.get(contract, (mesh.declared.text(version, "version"), None))
            due = None if before is None else raised(before, semver.part)
            wanted = "" if due is None else f", at least {due}"
            given = "" if after is None else f"; the file says {after}"
            reason = f"Contract {called(mesh, version)} gets a new version ({semver.part}{wanted}{given}). {semver.why}"
            found[version] = replace(found[version], tale=replace(found[version].story, reason=reason))
