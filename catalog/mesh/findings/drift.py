"""What a contract says of the fields of a dataset against the schema that was last seen of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from catalog.coverage import spoken
from catalog.data_types.families import differ
from catalog.mesh.binding import Bound
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.mesh.schema_fields import (
    ObservedField,
    ObservedSchema,
    SchemaProperty,
    observed_schemas,
    schema_properties,
)
from ontology.vocabulary import Label, Rel

_REMEDIES = {
    "missing": "Bring the fields back, or publish a new major version of the contract without them.",
    "retyped": "Bring the types back, or publish a new major version of the contract with the new ones.",
    "extra": "Add the fields to the contract, or keep them out of what is offered.",
}
_SEVERITIES = {
    "missing": FindingSeverity.ERROR,
    "retyped": FindingSeverity.ERROR,
    "extra": FindingSeverity.INFO,
}
_SAYS = {
    "missing": "lacks fields that its contract promises",
    "retyped": "has fields of another type than its contract promises",
    "extra": "has fields that its contract does not name",
}
ENDED = ("retired",)


class Difference(NamedTuple):
    """One field that differs, and since when it does."""

    proof: Proof
    since: int | None


def schema_drift(context: Context) -> Iterator[Finding]:
    """Fields that are promised and not there, there and not promised, or there with a type of another family.

    Datasets of which no schema is seen, and schemas that list no properties, are left out: nothing can be said.
    """
    bound = [
        (schema.key, one)
        for schema in context.declared.of(Label.SCHEMA)
        for one in context.mesh.bindings[schema.key].counting
        if not _has_ended(context, schema.key) and _is_asked(context, one)
    ]
    promised = schema_properties(context.declared, {schema for schema, _ in bound})
    mesh = context.mesh
    seen = observed_schemas(mesh.reader, mesh.binder.classes, {one.dataset for _, one in bound}, mesh.at)
    for schema, one in bound:
        properties, observed = promised[schema], seen[one.dataset]
        if properties and observed.fields:
            for aspect, found in differences(properties, observed).items():
                if found:
                    yield _finding(context, schema, one, aspect, found)


def _is_asked(context: Context, one: Bound) -> bool:
    """Whether it is the matter of a product that is asked about; what is of none counts where all are."""
    products = context.mesh.members.products(one.dataset)
    return context.product is None or context.product in products


def _has_ended(context: Context, schema: str) -> bool:
    """Whether only versions that bind no longer have the schema."""
    versions = context.declared.sources(schema, Rel.HAS_SCHEMA)
    ended = [version for version in versions if context.declared.text(version, "status") in ENDED]
    return bool(versions) and len(ended) == len(versions)


def differences(
    properties: Sequence[SchemaProperty], observed: ObservedSchema
) -> dict[str, list[Difference]]:
    """Names are compared without regard to case. What is nested counts only where both sides show what is inside."""
    promised = {one.path.casefold(): one for one in properties}
    seen = {one.path.casefold(): one for one in observed.fields}
    opened = {path.rpartition(".")[0] for path in seen}
    described = {path.rpartition(".")[0] for path in promised}
    found: dict[str, list[Difference]] = {"missing": [], "retyped": [], "extra": []}
    for path, one in promised.items():
        other = seen.get(path)
        if other is None:
            if path.rpartition(".")[0] in opened:
                proof = Proof(f"{one.path} is promised and not there.", (one.node.key,), (one.edge,))
                since = _latest(one.since, observed.gone.get(path, observed.since))
                found["missing"].append(Difference(proof, since))
        elif other.type is not None and one.types and all(differ(type_, other.type) for type_ in one.types):
            found["retyped"].append(_retyped(one, other))
    begins = [one.since for one in properties]
    promising = None if None in begins else min(time for time in begins if time is not None)
    for path, other in seen.items():
        if path not in promised and path.rpartition(".")[0] in described:
            told = f"{other.path} is there and not promised."
            proof = Proof(told, (other.edge.target,), (other.edge,))
            found["extra"].append(Difference(proof, _latest(promising, other.since)))
    return found


def _retyped(one: SchemaProperty, other: ObservedField) -> Difference:
    told = f"{one.path} is promised as {' / '.join(one.types)} and is {other.type}."
    proof = Proof(told, (one.node.key, other.edge.target), (one.edge, other.edge))
    return Difference(proof, _latest(one.since, other.since))


def _latest(*times: int | None) -> int | None:
    return max((time for time in times if time is not None), default=None)


def _finding(
    context: Context, schema: str, one: Bound, aspect: str, differences: list[Difference]
) -> Finding:
    products = sorted({member.product for member in context.mesh.members.owning(one.dataset)})
    proofs = [difference.proof for difference in differences]
    begins = [_latest(difference.since, begin(one.edges)) for difference in differences]
    return context.finding(
        kind=FindingKind.SCHEMA_DRIFT,
        severity=_SEVERITIES[aspect],
        cause=(schema, context.mesh.binder.classes.name(one.dataset), aspect),
        subject=schema,
        product=products[0] if products else None,
        message=_message(one, aspect, proofs),
        remedy=_REMEDIES[aspect],
        since=min((time for time in begins if time is not None), default=None),
        evidence=(*proofs, Proof(one.evidence, (schema, one.dataset), one.edges)),
        concerns=products[1:],
    )


def _message(one: Bound, aspect: str, proofs: Sequence[Proof]) -> str:
    told = [proof.text if aspect == "retyped" else proof.text.partition(" is ")[0] for proof in proofs[:5]]
    named = ", ".join(text.rstrip(".") for text in told)
    more = f" and {len(proofs) - 5} more" if len(proofs) > 5 else ""
    return f"{spoken(one.dataset)} {_SAYS[aspect]}: {named}{more}."
