"""A running service that answers the questions of the command line, over GraphQL."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from api.answers import (
    AliasAnswer,
    AliasConflict,
    AliasLink,
    CommandAnswer,
    Coverage,
    DiffAnswer,
    FindingsAnswer,
    LineageAnswer,
    PartChange,
    SearchAnswer,
)
from api.client import ServiceClient
from api.impact_answer import ImpactAnswer
from api.loading import loading
from api.questions import WAYS, FindingsQuestion, Found, LineageQuestion
from api.remote_answers import (
    Object,
    alias_link_of,
    base_of,
    conflict_of,
    coverage_of,
    edge_change,
    field_change,
    found_of,
    hit_of,
    lineage_edge,
    lineage_node,
)
from api.remote_findings import remote_findings
from api.remote_queries import ALIASES, COMMANDS, CONFLICTS, DIFF, LINEAGE, NODES, SEARCH
from api.spoken_aliases import alias_answer
from api.spoken_commands import spoken_command
from catalog.coverage import spoken
from catalog.instant import format_instant, parse_instant

if TYPE_CHECKING:
    from api.impact_question import ImpactQuestion

_IDS = 500
_PAGE = 2000
_DIFF_PAGE = 500
_NAMED = 50


class RemoteCatalogue:
    """Answers from a service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def existing(self, keys: Collection[str]) -> Mapping[str, Found]:
        asked = list(keys)
        found: dict[str, Found] = {}
        for start in range(0, len(asked), _IDS):
            some = self._client.ask(NODES, {"ids": asked[start : start + _IDS]})["nodes"]
            found.update((node["key"], found_of(node)) for node in some if node is not None)
        return found

    def named(self, name: str, kinds: Collection[str]) -> list[Found]:
        """Search ranks exact names first, so the first page has them."""
        hits = self._client.ask(SEARCH, {"text": name, "first": _NAMED})["search"]["edges"]
        found = [found_of(hit["node"]) for hit in hits]
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
        found = self._client.ask(SEARCH, {"text": text, "filter": chosen, "first": first})["search"]
        return SearchAnswer(
            text=text, total=found["totalCount"], items=[hit_of(edge["node"]) for edge in found["edges"]]
        )

    def commands(self, *, superseded: bool) -> list[CommandAnswer]:
        found: list[CommandAnswer] = []
        after: str | None = None
        while True:
            page = self._client.ask(COMMANDS, {"after": after, "superseded": superseded})["commands"]
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
            node = self._client.ask(ALIASES, asked)["node"]
            page, base = node["aliasLinks"], base_of(node)
            links += [alias_link_of(edge["node"], base) for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            asked["after"] = page["pageInfo"]["endCursor"]
        conflicts = [conflict_of(one, base) for one in node["aliasConflicts"]]
        return alias_answer(spoken(key), links, conflicts)

    def alias_conflicts(self) -> list[AliasConflict]:
        found: list[Object] = []
        after: str | None = None
        while True:
            page = self._client.ask(CONFLICTS, {"after": after})["aliasConflicts"]
            found += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        ids = [found[0]["names"][0]] if found else []
        base = next(map(base_of, self._client.ask(NODES, {"ids": ids})["nodes"]), "") if ids else ""
        return [conflict_of(one, base) for one in found]

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
        base = base_of(nodes[0]["node"]) if nodes else ""
        return LineageAnswer(
            of=list(question.roots),
            direction=direction,
            level=question.level,
            as_of=as_of,
            nodes=[lineage_node(node) for node in nodes],
            edges=[lineage_edge(edge, base) for edge in edges],
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
        base = next((base_of(node) for node in last["nodes"] if node is not None), "")
        return DiffAnswer(
            of=list(question.roots),
            direction=WAYS[question.direction],
            level=question.level,
            from_time=format_instant(since),
            to_time=None if question.at is None else format_instant(question.at),
            edges=[edge_change(one, base) for one in edges],
            fields=[field_change(one) for one in fields],
            facets=[
                PartChange(change=one["change"], id=one["node"]["key"], name=one["key"]) for one in facets
            ],
            not_compared=last["lineageDiff"]["notCompared"],
            coverage_before=coverage_of(last["lineageDiff"]["coverageBefore"]),
            coverage_after=coverage_of(last["lineageDiff"]["coverageAfter"]),
        )

    def _whole_diff(self, asked: Object) -> tuple[list[Object], list[Object], list[Object], Object]:
        """All pages of its three lists; the cursor of one that has ended stays, and gives nothing more."""
        lists: dict[str, list[Object]] = {"edges": [], "fields": [], "facets": []}
        cursors: dict[str, str | None] = {"edge": None, "field": None, "facet": None}
        while True:
            answer = self._client.ask(DIFF, {**asked, **cursors})
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
            page = self._client.ask(LINEAGE, {**asked, **behind})["lineage"]
            nodes += page["nodes"]
            edges += page["edges"]
            complete = len(nodes) >= page["nodeCount"] and len(edges) >= page["edgeCount"]
            if complete or not (page["nodes"] or page["edges"]):
                return nodes, edges, coverage_of(page["coverage"])

    def findings(self, question: FindingsQuestion, first: int) -> FindingsAnswer:
        return remote_findings(self._client, question, first)

    def impact(self, question: "ImpactQuestion") -> ImpactAnswer:
        with loading():  # what reads a proposal: no other question needs it
            from api.impact_question import question_body
        return self._client.ask_impact(question_body(question))
