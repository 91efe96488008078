"""The questions of the command line, in GraphQL."""

_NODE = "kind id key name ... on DatasetName { namespace } ... on Job { namespace }"
_DESCRIBED = f"{_NODE} description"
_DROPPED = "... on Dataset { droppedAt renamedTo { edges { node { key } } } }"
_COVERED = "status nodes edges reasons { code message }"
_COVERAGE = f"coverage {{ {_COVERED} }}"
NODES = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {_NODE} }} }}"
SEARCH = f"""
query ($text: String, $filter: SearchFilter, $first: Int!) {{
  search(text: $text, filter: $filter, first: $first) {{ totalCount edges {{ node {{ {_DESCRIBED} {_DROPPED} }} }} }}
}}"""
_CONFLICT = "code names(first: 500)"
ALIASES = f"""
query ($id: ID!, $asOf: DateTime, $after: String) {{
  node(id: $id) {{ id key ... on DatasetName {{
    aliasConflicts(first: 100, asOf: $asOf) {{ {_CONFLICT} }}
    aliasLinks(first: 500, after: $after, asOf: $asOf) {{
      pageInfo {{ hasNextPage endCursor }}
      edges {{ node {{ source target type rules toldBy since counts ruling {{ at terms }} }} }}
    }}
  }} }}
}}"""
CONFLICTS = f"""
query ($after: String) {{
  aliasConflicts(first: 100, after: $after) {{
    pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {_CONFLICT} }} }}
  }}
}}"""
LINEAGE = f"""
query ($of: [ID!]!, $direction: Direction!, $level: Level!, $depth: Int, $asOf: DateTime,
       $first: Int!, $afterNode: String, $afterEdge: String) {{
  lineage(of: $of, direction: $direction, level: $level, depth: $depth, asOf: $asOf) {{
    nodeCount edgeCount {_COVERAGE}
    nodes(first: $first, after: $afterNode) {{ cursor hops node {{ kind id key }} }}
    edges(first: $first, after: $afterEdge) {{
      cursor source target kind origin job {{ key }} transformations {{ subtype }}
    }}
  }}
}}"""
_SIDE = "source target kind origin job { key } transformations { subtype }"
DIFF = f"""
query ($of: [ID!]!, $direction: Direction!, $level: Level!, $depth: Int, $from: DateTime!, $to: DateTime,
       $first: Int!, $edge: String, $field: String, $facet: String) {{
  lineageDiff(of: $of, direction: $direction, level: $level, depth: $depth, from: $from, to: $to) {{
    notCompared coverageBefore {{ {_COVERED} }} coverageAfter {{ {_COVERED} }}
    edges(first: $first, after: $edge) {{
      pageInfo {{ hasNextPage endCursor }} edges {{ node {{ change before {{ {_SIDE} }} after {{ {_SIDE} }} }} }}
    }}
    fields(first: $first, after: $field) {{
      pageInfo {{ hasNextPage endCursor }}
      edges {{ node {{ change path dataset {{ id key }} before {{ type }} after {{ type }} }} }}
    }}
    facets(first: $first, after: $facet) {{
      pageInfo {{ hasNextPage endCursor }} edges {{ node {{ change key node {{ id key }} }} }}
    }}
  }}
  nodes(ids: $of) {{ id key }}
}}"""
PRODUCT = "query ($name: String!, $asOf: DateTime) { product(name: $name, asOf: $asOf) { key } }"
DOMAIN = "query ($name: String!, $asOf: DateTime) { domain(name: $name, asOf: $asOf) { key } }"
FINDINGS = """
query ($filter: FindingFilter!, $errors: FindingFilter!, $warnings: FindingFilter!, $first: Int!, $after: String,
       $asOf: DateTime) {
  errors: findings(filter: $errors, first: 1, asOf: $asOf) { totalCount }
  warnings: findings(filter: $warnings, first: 1, asOf: $asOf) { totalCount }
  findings(filter: $filter, first: $first, after: $after, asOf: $asOf) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      id kind severity message remedy since subject { key } product { key } domain { key }
      tell { key } concerns { key } evidence { text things { key } documents { key } }
    } }
  }
}"""
COMMANDS = """
query ($after: String, $superseded: Boolean!) {
  commands(first: 100, after: $after, superseded: $superseded) {
    pageInfo { hasNextPage endCursor } edges { node { hash at terms supersededBy } }
  }
}"""
