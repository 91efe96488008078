"""The routes: what each path answers, by which method, and what its caller must be allowed."""

from starlette.middleware import Middleware
from starlette.routing import Route

from api import offers_endpoint as offered
from api.auth import Requires
from api.changes.endpoint import get_changes
from api.commands_endpoint import post_command
from api.descriptors import get_descriptors, post_descriptors
from api.graphql.endpoint import graphql
from api.identifiers import PATH, identifier
from api.impact_endpoint import get_impact, post_impact
from api.keys import Permission
from api.lineage_endpoint import post_batch, post_lineage
from api.probes import healthz, metrics, readyz
from api.proposals import endpoint as proposals
from api.sparql.endpoint import PATH as SPARQL
from api.sparql.endpoint import sparql
from api.webhooks.endpoint import (
    delete_webhook,
    get_dead_letters,
    get_webhooks,
    post_redeliver,
    post_test,
    post_webhook,
)


def requires(permission: Permission) -> list[Middleware]:
    """Middleware of a route that needs a permission."""
    return [Middleware(Requires, permission=permission)]


def routes() -> list[Route]:
    """All routes; exact paths only, since OpenLineage clients lose an event that is redirected."""
    emit, read = requires(Permission.EMIT), requires(Permission.READ)
    administer, mutate = requires(Permission.ADMINISTER), requires(Permission.MUTATE)
    return [
        Route("/api/v1/lineage", post_lineage, methods=["POST"], middleware=emit),
        Route("/api/v1/lineage/batch", post_batch, methods=["POST"], middleware=emit),
        Route("/api/v1/descriptors", get_descriptors, methods=["GET"], middleware=emit),
        Route("/api/v1/descriptors", post_descriptors, methods=["POST"], middleware=emit),
        Route("/api/v1/commands", post_command, methods=["POST"], middleware=administer),
        Route("/api/v1/domains", offered.domains, methods=["GET"], middleware=read),
        Route("/api/v1/products", offered.products, methods=["GET"], middleware=read),
        Route("/api/v1/domains/{names:key}", offered.domain, methods=["GET"], middleware=read),
        Route("/api/v1/products/{names:key}", offered.product, methods=["GET"], middleware=read),
        Route("/api/v1/contracts/{names:key}", offered.contract, methods=["GET"], middleware=read),
        Route("/api/v1/impact", post_impact, methods=["POST"], middleware=read),
        Route("/api/v1/impact/{id}", get_impact, methods=["GET"], middleware=read),
        Route("/api/v1/changes", get_changes, methods=["GET"], middleware=read),
        Route("/api/v1/webhooks", post_webhook, methods=["POST"], middleware=administer),
        Route("/api/v1/webhooks", get_webhooks, methods=["GET"], middleware=administer),
        Route("/api/v1/webhooks/{id}", delete_webhook, methods=["DELETE"], middleware=administer),
        Route("/api/v1/webhooks/{id}/test", post_test, methods=["POST"], middleware=administer),
        Route("/api/v1/webhooks/{id}/dead-letters", get_dead_letters, methods=["GET"], middleware=administer),
        Route("/api/v1/webhooks/{id}/redeliver", post_redeliver, methods=["POST"], middleware=administer),
        Route("/api/v1/proposals", proposals.get_proposals, methods=["GET"], middleware=read),
        Route("/api/v1/proposals", proposals.post_proposal, methods=["POST"], middleware=mutate),
        Route("/api/v1/proposals/{id}", proposals.get_proposal, methods=["GET"], middleware=read),
        Route("/api/v1/proposals/{id}/answers", proposals.post_answer, methods=["POST"], middleware=mutate),
        Route("/api/v1/proposals/{id}/force", proposals.post_force, methods=["POST"], middleware=mutate),
        Route("/api/v1/proposals/{id}/close", proposals.post_close, methods=["POST"], middleware=mutate),
        Route("/api/v1/deprecations", proposals.post_deprecation, methods=["POST"], middleware=mutate),
        Route("/proposals/{id}", proposals.get_proposal, methods=["GET"], middleware=read),
        Route("/graphql", graphql, methods=["POST"], middleware=read),
        Route(SPARQL, sparql, methods=["GET", "POST"], middleware=read),
        Route(PATH, identifier, methods=["GET"], middleware=read),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics, middleware=read),
    ]
