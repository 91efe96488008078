"""Who uses which product under which agreement, asked of a store or of a running service."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.answers import Answer
from api.client import ServiceClient
from api.policies.asking import clock
from api.remote_queries import PRODUCT
from api.spoken_findings import known_key, unknown
from api.target import open_client, opened_store, refuse_both
from catalog.instant import format_instant
from catalog.mesh.agreements import Agreement
from catalog.mesh.mesh import read_mesh
from catalog.mesh.usage import Use, usage
from ontology.vocabulary import Label

_PAGE = 100
_LISTED = 20
"""Uses in one question: each has lists of its own, which are a part of what it costs."""
_USAGE = """
query ($product: String, $first: Int!, $after: String, $asOf: DateTime) {
  usage(product: $product, first: $first, after: $after, asOf: $asOf) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      product { key } by { key } terms declared ports(first: 100) { key } reads(first: 100) { key }
      agreements(first: 100) { agreement { key } standing purpose validUntil }
    } }
  }
}"""


class UseAgreementAnswer(Answer, frozen=True):
    """An agreement (its id) about a use, as it stands."""

    id: str
    standing: str
    purpose: str | None
    valid_until: str | None


class UseAnswer(Answer, frozen=True):
    """That somebody uses a product, by ids. ``reads``: what of it, as far as lineage shows."""

    product: str
    by: str
    terms: str
    declared: bool
    ports: list[str]
    reads: list[str]
    agreements: list[UseAgreementAnswer]


def ask_usage(
    store: str | None, url: str | None, environ: Mapping[str, str], product: str | None, at: int | None
) -> list[UseAnswer]:
    """All uses of a product, or of all. Raises UnknownNode, StoreError or ServiceError."""
    refuse_both(store, url)
    if url is not None:
        with open_client(url, environ) as client:
            return list(_remote(client, product, at))
    with opened_store(store, environ) as opened, opened.read() as reader:
        key = None if product is None else known_key(reader, Label.DATA_PRODUCT, product, at)
        return [_use(one) for one in usage(read_mesh(reader, at, clock(at)), key)]


def _use(one: Use) -> UseAnswer:
    return UseAnswer(
        product=one.product,
        by=one.by,
        terms=one.terms,
        declared=one.declared,
        ports=list(one.ports[:_PAGE]),
        reads=list(one.datasets[:_PAGE]),
        agreements=[_agreement(agreement) for agreement in one.agreements[:_PAGE]],
    )


def _agreement(one: Agreement) -> UseAgreementAnswer:
    return UseAgreementAnswer(
        id=one.key, standing=one.standing, purpose=one.purpose, valid_until=one.valid_until
    )


def _remote(client: ServiceClient, product: str | None, at: int | None) -> Iterator[UseAnswer]:
    as_of = None if at is None else format_instant(at)
    if product is not None and client.ask(PRODUCT, {"name": product, "asOf": as_of})["product"] is None:
        raise unknown("product", product)
    asked: dict[str, Any] = {"product": product, "first": _LISTED, "after": None, "asOf": as_of}
    while True:
        page = client.ask(_USAGE, asked)["usage"]
        yield from (_told(edge["node"]) for edge in page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        asked["after"] = page["pageInfo"]["endCursor"]


def _told(node: dict[str, Any]) -> UseAnswer:
    agreements = [
        UseAgreementAnswer(
            id=one["agreement"]["key"],
            standing=one["standing"],
            purpose=one["purpose"],
            valid_until=one["validUntil"],
        )
        for one in node["agreements"]
    ]
    return UseAnswer(
        product=node["product"]["key"],
        by=node["by"]["key"],
        terms=node["terms"],
        declared=node["declared"],
        ports=[one["key"] for one in node["ports"]],
        reads=[one["key"] for one in node["reads"]],
        agreements=agreements,
    )
