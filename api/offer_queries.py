"""What the service tells of a domain, product, port or contract, in one question of GraphQL each.

The same questions answer the URLs under ``/api/v1`` and the command line, so that both say the same.
"""

import re

_FRAGMENTS = """
fragment Ref on Node { id name }
fragment Who on Node { ...Ref kind ... on Team { email homepage } ... on Person { email homepage } }
fragment Owned on Owned {
  owner { agent { ...Who } origin since }
  roles(first: 20) { edges { node { role since until agent { ...Who } } } }
}
fragment Classified on Classified {
  classifications(first: 10) { edges { node { derived classification { ...Ref level } } } }
  terms(first: 20) { edges { node { ...Ref description } } }
}
fragment Table on DatasetName { ...Ref namespace }
fragment Place on Server {
  ...Ref description platform host portNumber database databaseSchema account project catalog location
  endpointAddress topic schemaFormat environment { ...Ref }
}
fragment Target on ServiceLevelObjective { id name description operator threshold unit element schedule driver }
fragment Rule on QualityRule {
  id name description ruleType metricName dimension operator threshold unit severity
}
fragment Promise on Contract {
  ...Ref kind status ... on ContractVersion { version endOfLife contract { ...Ref } }
}
fragment Column on SchemaProperty {
  ...Ref description type physicalType required unique primaryKey
  classifications(first: 3) { edges { node { classification { ...Ref } } } }
}
fragment Meant on Binding {
  status reason datasets(first: 10) { dataset { ...Ref } rule confidence server }
}
fragment Ran on RunSeen { state startedAt endedAt run { ...Ref } job { ...Ref } }
fragment How on DataStatus {
  health reason ageSeconds checkCount failedCount lastRun { ...Ran } lastSuccess { ...Ran }
}
fragment Kept on Field {
  name type description classifications(first: 2) { edges { node { classification { name } } } }
}
fragment Objects on ContractSchema {
  ...Ref description physicalName objectType
  datasets(first: 10) { edges { node { ...Table } } }
}
fragment Served on Node {
  ... on OutputPort {
    datasets(first: 20) { edges { node { ...Table } } }
    schemas(first: 20) { edges { node { ...Ref physicalName objectType } } }
  }
  ... on ManagementPort { datasets(first: 20) { edges { node { ...Table } } } }
  ... on InputPort { receives(first: 5) { edges { node { ...Ref product { ...Ref domain { ...Ref } } } } } }
}
fragment PortBrief on Port {
  ...Ref kind description protocol endpoint schemaFormat visibility version
  contracts(first: 5) { edges { node { ...Promise } } }
  ...Served
}
fragment ProductBrief on DataProduct {
  ...Ref key description lifecycle purpose version owner { agent { ...Who } } domain { ...Ref }
}
"""

_PRODUCT = """
  ... on DataProduct {
    lifecycle purpose version homepage license keywords support domain { ...Ref } ...Owned ...Classified
    outputPorts(first: 50) { edges { node { ...PortBrief } } }
    inputPorts(first: 50) { edges { node { ...PortBrief } } }
    managementPorts(first: 20) { edges { node { ...PortBrief } } }
    contracts(first: 10) { edges { node { ...Promise } } }
    offers(first: 50) { edges { node { ...Table } } }
    schemas(first: 50) { edges { node { ...Objects } } }
  }
"""
_PAGE = """
query ($name: String!, $asOf: DateTime) { product(name: $name, asOf: $asOf) {
  ...Ref key description lifecycle purpose version homepage support domain { ...Ref } ...Owned ...Classified
  outputPorts(first: 15) { edges { node {
    ...Ref protocol endpoint visibility
    servers(first: 5) { edges { node { ...Place } } }
    binding { status datasets(first: 5) { rule confidence dataset { ...Ref ... on Dataset {
      fields(first: 20) { edges { node { ...Kept } } }
    } } } }
    contracts(first: 2) { edges { node { ...Promise ... on ContractVersion {
      servers(first: 3) { edges { node { ...Place } } }
      schemas(first: 3) { edges { node { ...Ref fields(first: 20) { edges { node {
        name type description classifications(first: 2) { edges { node { classification { name } } } }
      } } } } } }
    } } } }
  } } }
  status {
    ...How
    ports(first: 20) { port { ...Ref } health reason slos(first: 5) { name threshold unit measured met } }
  }
  upstream(first: 50) { edges { node { source { ...Ref } declared observed since } } }
  downstream(first: 50) { edges { node { target { ...Ref } declared observed since } } }
  usedBy(first: 50) { edges { node { ...Ref kind } } }
  consumers(first: 50) { edges { node { declared consumer { ...Ref kind } } } }
  findings(first: 50) { edges { node { id kind severity message remedy since } } }
} }
"""
_STATUS = """
  ... on DataProduct {
    domain { ...Ref } owner { agent { ...Who } }
    status {
      ...How
      ports(first: 50) {
        port { ...Ref } ...How
        slos(first: 20) { name operator threshold unit measured met reason objective { ...Ref } }
        failedChecks(first: 20) { name column since dataset { ...Ref } }
      }
    }
    findings(first: 50) { edges { node { id kind severity message remedy since } } }
  }
"""
_DOMAIN = """
  ... on Domain {
    notation parent { ...Ref } ...Owned
    domains(first: 100) { edges { node { ...Ref } } }
    teams(first: 100) { edges { node { ...Who } } }
    products(first: 100) { edges { node {
      ...ProductBrief outputPorts(first: 20) { edges { node { ...Ref protocol endpoint visibility } } }
    } } }
    contracts(first: 100) { edges { node { ...Ref status current { ...Ref version status } } } }
  }
"""
_PORT = """
  ... on Port {
    protocol endpoint schemaFormat visibility version license keywords ...Classified
    product { ...Ref domain { ...Ref } ...Owned }
    environments(first: 10) { edges { node { ...Ref } } }
    servers(first: 20) { edges { node { ...Place } } }
    slos(first: 50) { edges { node { ...Target } } }
    contracts(first: 5) { edges { node {
      ...Promise ... on ContractVersion { servers(first: 20) { edges { node { ...Place } } } }
    } } }
    ...Served
    ... on OutputPort { binding { ...Meant } } ... on ManagementPort { binding { ...Meant } }
  }
"""
_CONTRACT = """
  ... on DataContract {
    status dataProductName tenant support keywords domain { ...Ref } ...Owned ...Classified
    current { ...Ref version status }
    versions(first: 100) { edges { node { ...Ref version status endOfSupport endOfLife } } }
    governs(first: 100) { edges { node { ...Ref kind } } }
    slos(first: 50) { edges { node { ...Target } } }
  }
"""
_VERSION = """
  ... on ContractVersion {
    version status purpose limitations usage endOfSupport endOfLife dataProductName tenant price support keywords
    homepage contract { ...Ref ...Owned } previous { ...Ref version }
    servers(first: 50) { edges { node { ...Place } } }
    slos(first: 50) { edges { node { ...Target } } }
    rules(first: 50) { edges { node { ...Rule } } }
    governs(first: 100) { edges { node { ...Ref kind } } }
    schemas(first: 20) { edges { node {
      ...Objects
      fields(first: 100) { edges { node { ...Column } } }
      rules(first: 20) { edges { node { ...Rule } } }
    } } }
  }
"""
_LISTS = {
    "products": (
        "query ($first: Int!, $after: String, $asOf: DateTime, $filter: ProductFilter) {"
        " products(first: $first, after: $after, asOf: $asOf, filter: $filter)",
        "...ProductBrief outputPorts(first: 1) { totalCount }",
    ),
    "domains": (
        "query ($first: Int!, $after: String, $asOf: DateTime) {"
        " domains(first: $first, after: $after, asOf: $asOf)",
        "...Ref description parent { ...Ref } owner { agent { ...Who } } products(first: 1) { totalCount }",
    ),
}


def _paged(query: str) -> str:
    """A question in which every list says whether there is more."""
    return query.replace("{ edges", "{ pageInfo { hasNextPage } edges")


_PARTS = {part.split()[0]: f"fragment {_paged(part)}" for part in _FRAGMENTS.split("\nfragment ")[1:]}
_SPREAD = re.compile(r"\.\.\.([A-Z]\w*)")


def _with_fragments(query: str) -> str:
    """The question with the fragments that it uses: GraphQL refuses those that it does not."""
    wanted: dict[str, str] = {}
    fresh = [query]
    while fresh:
        names = _SPREAD.findall(fresh.pop())
        found = {name: _PARTS[name] for name in names if name not in wanted}
        wanted.update(found)
        fresh += found.values()
    return "\n".join((query, *wanted.values()))


def _one(body: str) -> str:
    start = "query ($id: ID!, $asOf: DateTime) { node(id: $id, asOf: $asOf) { ...Ref kind description"
    return _with_fragments(f"{start} {_paged(body)} }} }}")


def _list(asked: str, item: str) -> str:
    page = f"totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {item} }} }}"
    return _with_fragments(f"{asked} {{ {page} }} }}")


PRODUCT, STATUS, DOMAIN, PORT = (_one(body) for body in (_PRODUCT, _STATUS, _DOMAIN, _PORT))
CONTRACT, CONTRACT_VERSION = _one(_CONTRACT), _one(_VERSION)
PAGE = _with_fragments(_paged(_PAGE))
PRODUCTS, DOMAINS = (_list(*_LISTS[name]) for name in ("products", "domains"))
