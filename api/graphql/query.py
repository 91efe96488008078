"""The questions one can ask."""

import strawberry

from api.graphql.query_curations import CurationQueries
from api.graphql.query_lineage import LineageQueries
from api.graphql.query_lists import ListQueries
from api.graphql.query_log import LogQueries
from api.graphql.query_mesh import MeshQueries
from api.graphql.query_nodes import NodeQueries
from api.graphql.query_policies import PolicyQueries
from api.graphql.query_proposed_policies import ProposedPolicyQueries
from api.graphql.signoff import ProposalQueries


@strawberry.type(description="The questions one can ask.")
class Query(
    LogQueries,
    CurationQueries,
    ProposalQueries,
    PolicyQueries,
    ProposedPolicyQueries,
    ListQueries,
    LineageQueries,
    MeshQueries,
    NodeQueries,
):
    """All of them, in one type; the last base comes first in the schema."""
