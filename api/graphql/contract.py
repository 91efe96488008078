"""Data contracts and their versions: what a provider promises."""

from typing import Annotated

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.asking import Info
from api.graphql.glossary import Classified
from api.graphql.links import IN, OUT, edges, many, one
from api.graphql.node import AsOf, Node, of_label, shown_as
from api.graphql.words import described
from catalog.graph import Node as StoredNode
from catalog.versions import current
from ontology.vocabulary import Label, Rel

_CONTRACT, _VERSION = Label.DATA_CONTRACT, Label.CONTRACT_VERSION
_SLO, _RULE = Label.SERVICE_LEVEL_OBJECTIVE, Label.QUALITY_RULE


@strawberry.interface(description="A data contract, or one version of one.")
class Contract(Owned, Classified):
    status = told.text(_CONTRACT, "status")
    data_product_name = told.text(_CONTRACT, "dataProductName")
    tenant = told.text(_CONTRACT, "tenant")
    support = told.texts(_CONTRACT, "support")
    keywords = told.texts(_CONTRACT, "tags")
    slos = many("ServiceLevelObjective", "contract", OUT, Rel.HAS_SLO, about="The targets that it sets.")
    governs = many(
        "Node", "node", IN, Rel.GOVERNED_BY, about="Products, ports and datasets that it is about, by key."
    )


@of_label(_CONTRACT)
@strawberry.type(description=words.term("DataContract"))
class DataContract(Contract):
    domain = one("Domain", "domain", OUT, Rel.IN_DOMAIN, about="The domain that it belongs to.")
    versions = many(
        "ContractVersion", "contract", IN, Rel.VERSION_OF, about="Its versions, by key.", to=[_VERSION]
    )

    @described(
        "The version that counts: the newest active one, else the newest deprecated one, else the newest."
    )
    async def current(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["ContractVersion", strawberry.lazy("api.graphql.contract")] | None:
        at = self.moment(as_of)
        found = current(await versions_of(info, self, at))
        return None if found is None else shown_as(ContractVersion, found, at)


async def versions_of(info: Info, contract: Node, at: int | None) -> list[StoredNode]:
    """The versions of a contract."""
    found = await edges(info, contract, IN, Rel.VERSION_OF, at=at, to=[_VERSION])
    return await info.context.loaders.nodes_then([edge.source for edge in found], at)


@of_label(_VERSION)
@strawberry.type(description=words.term("ContractVersion"))
class ContractVersion(Contract):
    version = told.text(_VERSION, "version")
    purpose = told.text(_VERSION, "purpose")
    limitations = told.text(_VERSION, "limitations")
    usage = told.text(_VERSION, "usage")
    end_of_support = told.text(_VERSION, "endOfSupport")
    end_of_life = told.text(_VERSION, "endOfLife")
    price = told.text(_VERSION, "price")
    homepage = told.text(_VERSION, "homepage")
    contract = one(
        "DataContract", "contract", OUT, Rel.VERSION_OF, about="The contract that it is a version of."
    )
    previous = one(
        "ContractVersion", "contract", OUT, Rel.PREVIOUS_VERSION, about="The version right before it."
    )
    servers = many("Server", "server", OUT, Rel.HAS_SERVER, about="Where its data lies, and how to connect.")
    schemas = many(
        "ContractSchema", "contract_schema", OUT, Rel.HAS_SCHEMA, about="The objects that it promises."
    )
    rules = many(
        "QualityRule", "contract", OUT, Rel.HAS_QUALITY_RULE, about="Rules for all that it promises."
    )


@of_label(_SLO)
@strawberry.type(description=words.term("ServiceLevelObjective"))
class ServiceLevelObjective(Node):
    operator = told.text(_SLO, "operator")
    threshold = told.text(_SLO, "threshold")
    unit = told.text(_SLO, "unit")
    element = told.text(_SLO, "element")
    schedule = told.text(_SLO, "schedule")
    driver = told.text(_SLO, "driver")
    metric = one("Node", "node", OUT, Rel.ON_METRIC, about="The metric that it is a target for.")


@of_label(_RULE)
@strawberry.type(description=words.term("QualityRule"))
class QualityRule(Node):
    rule_type = told.text(_RULE, "ruleType")
    metric_name = told.text(_RULE, "metricName")
    dimension = told.text(_RULE, "dimension")
    operator = told.text(_RULE, "operator")
    threshold = told.text(_RULE, "threshold")
    unit = told.text(_RULE, "unit")
    severity = told.text(_RULE, "ruleSeverity")
    query = told.text(_RULE, "query")
    schedule = told.text(_RULE, "schedule")
    of = many("Node", "node", IN, Rel.HAS_QUALITY_RULE, about="What it is a rule for.")
