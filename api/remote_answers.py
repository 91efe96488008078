"""Answers of GraphQL, read into those of the command line."""

from typing import Any, TypeAlias

from api.answers import (
    AliasConflict,
    AliasLink,
    Coverage,
    EdgeChange,
    Hit,
    LineageEdge,
    LineageNode,
    PartChange,
    Reason,
)
from api.questions import Found
from api.spoken_aliases import alias_conflict, because, ruled
from catalog.coverage import spoken
from catalog.instant import parse_instant

Object: TypeAlias = dict[str, Any]


def alias_link_of(link: Object, base: str) -> AliasLink:
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


def conflict_of(conflict: Object, base: str) -> AliasConflict:
    return alias_conflict(conflict["code"], [str(id_).removeprefix(base) for id_ in conflict["names"]])


def base_of(node: Object) -> str:
    """The base IRI of the service's ids."""
    return str(node["id"]).removesuffix(node["key"])


def found_of(node: Object) -> Found:
    return Found(node["key"], node["kind"], node.get("namespace", ""), node["name"])


def hit_of(node: Object) -> Hit:
    found = found_of(node)
    return Hit(
        id=found.key,
        kind=found.kind,
        namespace=found.namespace,
        name=found.name,
        description=node.get("description"),
        dropped_at=node.get("droppedAt"),
        renamed_to=[one["node"]["key"] for one in node.get("renamedTo", {"edges": []})["edges"]],
    )


def lineage_node(walked: Object) -> LineageNode:
    node = walked["node"]
    return LineageNode(id=node["key"], kind=node["kind"], name=spoken(node["key"]), hops=walked["hops"])


def lineage_edge(edge: Object, base: str) -> LineageEdge:
    return LineageEdge(
        source=edge["source"].removeprefix(base),
        target=edge["target"].removeprefix(base),
        job=edge["job"] and edge["job"]["key"],
        use=edge["kind"],
        subtypes=sorted({one["subtype"] for one in edge["transformations"] if one["subtype"]}),
        origins=edge["origin"],
    )


def edge_change(one: Object, base: str) -> EdgeChange:
    before, after = (
        None if one[side] is None else lineage_edge(one[side], base) for side in ("before", "after")
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


def field_change(one: Object) -> PartChange:
    before, after = (one[side] and one[side]["type"] for side in ("before", "after"))
    return PartChange(
        change=one["change"], id=one["dataset"]["key"], name=one["path"], before=before, after=after
    )


def coverage_of(said: Object) -> Coverage:
    reasons = [Reason(code=reason["code"], message=reason["message"]) for reason in said["reasons"]]
    return Coverage(status=said["status"], reasons=reasons, nodes=said["nodes"], edges=said["edges"])
