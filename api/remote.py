"""A running service that answers the questions of the command line, over GraphQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from api.answers import (
    AliasAnswer,
    AliasConflict,
    AliasLink,
    CommandAnswer,
    Coverage,
    DiffAnswer,
    EdgeChange,
    Hit,
    ImpactAnswer,
    ImpactCount,
    ImpactItem,
    LineageAnswer,
    LineageEdge,
    LineageNode,
    PartChange,
    Reason,
    RouteStep,
    SearchAnswer,
)
from api.client import ServiceClient
from api.questions import WAYS, Found, LineageQuestion
from api.spoken_aliases import alias_answer, alias_conflict, because, ruled
from api.spoken_changes import said
from api.spoken_commands import spoken_command
from catalog.coverage import spoken
from catalog.impact_change import Change, DropDataset, DropField, ProposedChange, RenameField, RetypeField
from catalog.instant import format_instant, parse_instant

Object: TypeAlias = dict[str, Any]

_IDS = 500
_PAGE = 2000
_IMPACT_PAGE = 100
_DIFF_PAGE = 500
_NAMED = 50

_NODE = "kind id key name ... on DatasetName { namespace } ... on Job { namespace }"
_DESCRIBED = f"{_NODE} description"
_DROPPED = "... on Dataset { droppedAt renamedTo { edges { node { key } } } }"
_COVERED = "status nodes edges reasons { code message }"
_COVERAGE = f"coverage {{ {_COVERED} }}"
_NODES = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {_NODE} }} }}"
_SEARCH = f"""
query ($text: String, $filter: SearchFilter, $first: Int!) {{
  search(text: $text, filter: $filter, first: $first) {{ totalCount edges {{ node {{ {_DESCRIBED} {_DROPPED} }} }} }}
}}"""
_CONFLICT = "code names(first: 500)"
_ALIASES = f"""
query ($id: ID!, $asOf: DateTime, $after: String) {{
  node(id: $id) {{ id key ... on DatasetName {{
    aliasConflicts(first: 100, asOf: $asOf) {{ {_CONFLICT} }}
    aliasLinks(first: 500, after: $after, asOf: $asOf) {{
      pageInfo {{ hasNextPage endCursor }}
      edges {{ node {{ source target type rules toldBy since counts ruling {{ at terms }} }} }}
    }}
  }} }}
}}"""
_CONFLICTS = f"""
query ($after: String) {{
  aliasConflicts(first: 100, after: $after) {{
    pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {_CONFLICT} }} }}
  }}
}}"""
_LINEAGE = f"""
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
_DIFF = f"""
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
_COMMANDS = """
query ($after: String, $superseded: Boolean!) {
  commands(first: 100, after: $after, superseded: $superseded) {
    pageInfo { hasNextPage endCursor } edges { node { hash at terms supersededBy } }
  }
}"""
_IMPACT = f"""
query ($change: ProposedChange!, $first: Int!, $after: String) {{
  impact(change: $change, first: $first, after: $after) {{
    verdict dataset {{ id key }} counts {{ severity kind count unknown }} {_COVERAGE}
    items {{
      totalCount pageInfo {{ hasNextPage endCursor }}
      edges {{ node {{
        severity certainty unknown hops reason node {{ kind key }} route {{ source job target kind }}
      }} }}
    }}
  }}
}}"""


class RemoteCatalogue:
    """Answers from a service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def existing(self, keys: Collection[str]) -> Mapping[str, Found]:
        asked = list(keys)
        found: dict[str, Found] = {}
        for start in range(0, len(asked), _IDS):
            some = self._client.ask(_NODES, {"ids": asked[start : start + _IDS]})["nodes"]
            found.update((node["key"], _found(node)) for node in some if node is not None)
        return found

    def named(self, name: str, kinds: Collection[str]) -> list[Found]:
        """Search ranks exact names first, so the first page has them."""
        hits = self._client.ask(_SEARCH, {"text": name, "first": _NAMED})["search"]["edges"]
        found = [_found(hit["node"]) for hit in hits]
        return [one for one in found if one.name == name and one.kind in kinds]

    def search(
        self,
        text: str,
        kinds: Collection[str],
        namespace: str | None,
        first: int,
        dropped: bool | None = None,
    ) -> SearchAnswer:
        chosen = {
            "kinds": [*kinds] or None,
            "namespaces": None if namespace is None else [namespace],
            "dropped": dropped,
        }
        found = self._client.ask(_SEARCH, {"text": text, "filter": chosen, "first": first})["search"]
        return SearchAnswer(
            text=text, total=found["totalCount"], items=[_hit(edge["node"]) for edge in found["edges"]]
        )

    def commands(self, *, superseded: bool) -> list[CommandAnswer]:
        found: list[CommandAnswer] = []
        after: str | None = None
        while True:
            page = self._client.ask(_COMMANDS, {"after": after, "superseded": superseded})["commands"]
            for node in (edge["node"] for edge in page["edges"]):
                at_ns, by = parse_instant(node["at"]).ns, node["supersededBy"]
                found.append(spoken_command(node["hash"], at_ns, node["terms"], by))
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def aliases(self, key: str, at: int | None) -> AliasAnswer:
        links: list[AliasLink] = []
        asked = {"id": key, "asOf": None if at is None else format_instant(at), "after": None}
        while True:
            node = self._client.ask(_ALIASES, asked)["node"]
            page, base = node["aliasLinks"], _base(node)
            links += [_alias_link(edge["node"], base) for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            asked["after"] = page["pageInfo"]["endCursor"]
        conflicts = [_conflict(one, base) for one in node["aliasConflicts"]]
        return alias_answer(spoken(key), links, conflicts)

    def alias_conflicts(self) -> list[AliasConflict]:
        found: list[Object] = []
        after: str | None = None
        while True:
            page = self._client.ask(_CONFLICTS, {"after": after})["aliasConflicts"]
            found += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        ids = [found[0]["names"][0]] if found else []
        base = next(map(_base, self._client.ask(_NODES, {"ids": ids})["nodes"]), "") if ids else ""
        return [_conflict(one, base) for one in found]

    def lineage(self, question: LineageQuestion) -> LineageAnswer:
        as_of = None if question.at is None else format_instant(question.at)
        direction = WAYS[question.direction]
        asked = {
            "of": list(question.roots),
            "direction": direction,
            "level": question.level,
            "depth": question.depth,
            "asOf": as_of,
            "first": _PAGE,
        }
        nodes, edges, coverage = self._whole_lineage(asked)
        base = _base(nodes[0]["node"]) if nodes else ""
        return LineageAnswer(
            of=list(question.roots),
            direction=direction,
            level=question.level,
            as_of=as_of,
            nodes=[_lineage_node(node) for node in nodes],
            edges=[_lineage_edge(edge, base) for edge in edges],
            coverage=coverage,
        )

    def lineage_diff(self, question: LineageQuestion, since: int) -> DiffAnswer:
        asked: Object = {
            "of": list(question.roots),
            "direction": WAYS[question.direction],
            "level": question.level,
            "depth": question.depth,
            "from": format_instant(since),
            "to": None if question.at is None else format_instant(question.at),
            "first": _DIFF_PAGE,
        }
        edges, fields, facets, last = self._whole_diff(asked)
        base = next((_base(node) for node in last["nodes"] if node is not None), "")
        return DiffAnswer(
            of=list(question.roots),
            direction=WAYS[question.direction],
            level=question.level,
            from_time=format_instant(since),
            to_time=None if question.at is None else format_instant(question.at),
            edges=[_edge_change(one, base) for one in edges],
            fields=[_field_change(one) for one in fields],
            facets=[
                PartChange(change=one["change"], id=one["node"]["key"], name=one["key"]) for one in facets
            ],
            not_compared=last["lineageDiff"]["notCompared"],
            coverage_before=_coverage(last["lineageDiff"]["coverageBefore"]),
            coverage_after=_coverage(last["lineageDiff"]["coverageAfter"]),
        )

    def _whole_diff(self, asked: Object) -> tuple[list[Object], list[Object], list[Object], Object]:
        """All pages of its three lists; the cursor of one that has ended stays, and gives nothing more."""
        lists: dict[str, list[Object]] = {"edges": [], "fields": [], "facets": []}
        cursors: dict[str, str | None] = {"edge": None, "field": None, "facet": None}
        while True:
            answer = self._client.ask(_DIFF, {**asked, **cursors})
            more = False
            for (name, found), cursor in zip(lists.items(), cursors, strict=True):
                page = answer["lineageDiff"][name]
                found += [edge["node"] for edge in page["edges"]]
                cursors[cursor] = page["pageInfo"]["endCursor"] or cursors[cursor]
                more = more or page["pageInfo"]["hasNextPage"]
            if not more:
                return lists["edges"], lists["fields"], lists["facets"], answer

    def _whole_lineage(self, asked: Object) -> tuple[list[Object], list[Object], Coverage]:
        nodes: list[Object] = []
        edges: list[Object] = []
        while True:
            behind = {
                "afterNode": nodes[-1]["cursor"] if nodes else None,
                "afterEdge": edges[-1]["cursor"] if edges else None,
            }
            page = self._client.ask(_LINEAGE, {**asked, **behind})["lineage"]
            nodes += page["nodes"]
            edges += page["edges"]
            complete = len(nodes) >= page["nodeCount"] and len(edges) >= page["edgeCount"]
            if complete or not (page["nodes"] or page["edges"]):
                return nodes, edges, _coverage(page["coverage"])

    def impact(self, change: ProposedChange, first: int) -> ImpactAnswer:
        pages = list(self._impact_pages(change, first))
        report = pages[0]
        base = _base(report["dataset"])
        items = [edge["node"] for page in pages for edge in page["items"]["edges"]]
        return ImpactAnswer(
            dataset=report["dataset"]["key"],
            changes=[said(one) for one in change.changes],
            verdict=report["verdict"],
            total=report["items"]["totalCount"],
            counts=[ImpactCount(**counted) for counted in report["counts"]],
            items=[_impact_item(item, base) for item in items],
            coverage=_coverage(report["coverage"]),
        )

    def _impact_pages(self, change: ProposedChange, first: int) -> Iterator[Object]:
        asked = {"change": _proposed(change)}
        after: str | None = None
        for start in range(0, first, _IMPACT_PAGE):
            page = {"first": min(_IMPACT_PAGE, first - start), "after": after}
            report = self._client.ask(_IMPACT, {**asked, **page})["impact"]
            yield report
            info = report["items"]["pageInfo"]
            if not info["hasNextPage"]:
                return
            after = info["endCursor"]


def _proposed(change: ProposedChange) -> Object:
    changes: Sequence[Change] = change.changes
    return {
        "dataset": change.dataset,
        "drop": [one.path for one in changes if isinstance(one, DropField)],
        "rename": [
            {"field": one.path, "to": one.new_path} for one in changes if isinstance(one, RenameField)
        ],
        "retype": [
            {"field": one.path, "type": one.new_type} for one in changes if isinstance(one, RetypeField)
        ],
        "dropDataset": any(isinstance(one, DropDataset) for one in changes),
    }


def _alias_link(link: Object, base: str) -> AliasLink:
    source, target, teller = (str(link[end]).removeprefix(base) for end in ("source", "target", "toldBy"))
    ruling = link["ruling"]
    return AliasLink(
        source=spoken(source),
        target=spoken(target),
        counts=link["counts"],
        because=because(link["rules"], link["type"], teller),
        since=link["since"],
        ruling=None if ruling is None else ruled(ruling["terms"], parse_instant(ruling["at"]).ns),
    )


def _conflict(conflict: Object, base: str) -> AliasConflict:
    return alias_conflict(conflict["code"], [str(id_).removeprefix(base) for id_ in conflict["names"]])


def _base(node: Object) -> str:
    """The base IRI of the service's ids."""
    return str(node["id"]).removesuffix(node["key"])


def _found(node: Object) -> Found:
    return Found(node["key"], node["kind"], node.get("namespace", ""), node["name"])


def _hit(node: Object) -> Hit:
    found = _found(node)
    return Hit(
        id=found.key,
        kind=found.kind,
        namespace=found.namespace,
        name=found.name,
        description=node.get("description"),
        dropped_at=node.get("droppedAt"),
        renamed_to=[one["node"]["key"] for one in node.get("renamedTo", {"edges": []})["edges"]],
    )


def _lineage_node(walked: Object) -> LineageNode:
    node = walked["node"]
    return LineageNode(id=node["key"], kind=node["kind"], name=spoken(node["key"]), hops=walked["hops"])


def _lineage_edge(edge: Object, base: str) -> LineageEdge:
    return LineageEdge(
        source=edge["source"].removeprefix(base),
        target=edge["target"].removeprefix(base),
        job=edge["job"] and edge["job"]["key"],
        use=edge["kind"],
        subtypes=sorted({one["subtype"] for one in edge["transformations"] if one["subtype"]}),
        origins=edge["origin"],
    )


def _edge_change(one: Object, base: str) -> EdgeChange:
    before, after = (
        None if one[side] is None else _lineage_edge(one[side], base) for side in ("before", "after")
    )
    shown = after or before
    assert shown is not None  # a change has a side
    return EdgeChange(
        change=one["change"],
        source=shown.source,
        target=shown.target,
        job=shown.job,
        before=before,
        after=after,
    )


def _field_change(one: Object) -> PartChange:
    before, after = (one[side] and one[side]["type"] for side in ("before", "after"))
    return PartChange(
        change=one["change"], id=one["dataset"]["key"], name=one["path"], before=before, after=after
    )


def _impact_item(item: Object, base: str) -> ImpactItem:
    node = item["node"]
    return ImpactItem(
        id=node["key"],
        kind=node["kind"],
        name=spoken(node["key"]),
        severity=item["severity"],
        certainty=item["certainty"],
        unknown=item["unknown"],
        hops=item["hops"],
        reason=item["reason"],
        route=[
            RouteStep(
                source=step["source"].removeprefix(base),
                job=step["job"] and step["job"].removeprefix(base),
                target=step["target"].removeprefix(base),
                use=step["kind"],
            )
            for step in item["route"]
        ],
    )


def _coverage(said: Object) -> Coverage:
    reasons = [Reason(code=reason["code"], message=reason["message"]) for reason in said["reasons"]]
    return Coverage(status=said["status"], reasons=reasons, nodes=said["nodes"], edges=said["edges"])
