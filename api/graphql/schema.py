"""The schema, and an answer without HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from api.curating import Curating
from api.graphql.agent import Person, Team
from api.graphql.agreement import AccessAgreement
from api.graphql.asking import Asking
from api.graphql.change import Subscription
from api.graphql.contract import ContractVersion, DataContract, QualityRule, ServiceLevelObjective
from api.graphql.contract_schema import ContractSchema, SchemaProperty
from api.graphql.dataset import Alias, Dataset, DatasetReference
from api.graphql.domain import Domain
from api.graphql.errors import Code, bad_input, code_of, formatted
from api.graphql.field import Field
from api.graphql.glossary import Classification, GlossaryTerm
from api.graphql.job import Job
from api.graphql.limits import Limits
from api.graphql.mutation import Mutation
from api.graphql.namespace import Namespace
from api.graphql.port import InputPort, ManagementPort, OutputPort
from api.graphql.product import DataProduct
from api.graphql.query import Query
from api.graphql.run import Run
from api.graphql.scalars import SCALARS
from api.graphql.server import Environment, Platform, Server
from api.graphql.signoff import Proposal, SignOffAnswer
from api.graphql.system import Component, Exposure, System
from api.graphql.thing import Thing
from api.remembered import Remembered
from catalog.store.port import Store


class _Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Nothing: ``errors.formatted`` logs what is ours."""


SCHEMA = _Schema(
    Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[
        *(Dataset, Alias, DatasetReference, Field, Job, Run, Namespace, Thing),
        *(Domain, Team, Person, DataProduct, InputPort, OutputPort, ManagementPort, AccessAgreement),
        *(DataContract, ContractVersion, ServiceLevelObjective, QualityRule, ContractSchema, SchemaProperty),
        *(Proposal, SignOffAnswer),
        *(GlossaryTerm, Classification, Environment, Platform, Server, System, Component, Exposure),
    ],
    extensions=[Limits],
    config=StrawberryConfig(scalar_map=SCALARS),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL answer. ``unavailable``: the store did not answer, so asking again later may."""

    data: Mapping[str, Any] | None
    errors: list[dict[str, Any]]
    unavailable: bool

    def body(self) -> dict[str, Any]:
        """The response map."""
        return {"data": self.data, "errors": self.errors} if self.errors else {"data": self.data}


async def answer(
    store: Store,
    base_iri: str,
    query: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    curating: Curating | None = None,
    remembered: Remembered | None = None,
) -> Answer:
    """The answer to a query, from one view of the store; of mutations each is followed by a new one. Errors are in it,
    never raised. ``curating``: who may change what; without it there are only queries. ``remembered``: what a
    service keeps from request to request."""
    asking = Asking(store, base_iri, curating, remembered)
    allowed = [OperationType.QUERY, *([] if curating is None else [OperationType.MUTATION])]
    try:
        result = await SCHEMA.execute(
            query,
            variable_values=dict(variables or {}),
            context_value=asking,
            operation_name=operation_name,
            allowed_operation_types=allowed,
        )
        data, errors = result.data, result.errors or []
    except UNANSWERABLE as error:
        data, errors = None, [refused(error, operation_name)]
    finally:
        await asking.close()
    return Answer(data, formatted(errors), any(code_of(error) is Code.STORE_UNAVAILABLE for error in errors))


UNANSWERABLE = (InvalidOperationTypeError, CannotGetOperationTypeError, MissingQueryError)
"""What is raised of documents that have nothing to be executed."""


def refused(error: Exception, operation_name: str | None) -> GraphQLError:
    """What is wrong with such a document."""
    if isinstance(error, CannotGetOperationTypeError):
        return bad_input(f"The document has no operation of the name {operation_name!r}.")
    if isinstance(error, MissingQueryError):
        return bad_input("The query is empty.")
    return bad_input(
        "Such an operation is not answered here; subscriptions need `Accept: text/event-stream`, mutations JSON."
    )
