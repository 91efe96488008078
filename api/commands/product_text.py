"""The page of a product on a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from rich.table import Table

from api.commands.output import table, visible
from ontology.vocabulary import Label

Parts: TypeAlias = str | Table
Object: TypeAlias = dict[str, Any]


def page(found: Object, cut: Sequence[str]) -> Iterator[Parts]:
    """The page in parts: lines and tables."""
    yield visible(_title(found))
    if found["description"]:
        yield visible(found["description"])
    yield ""
    for label, value in _facts(found):
        if value:
            yield visible(f"{label:<13} {value}")
    yield from _listed("Output ports", _ports(found))
    yield from _listed("Fields", _fields(found))
    yield from _listed("Takes data from", _edges(found["upstream"], "source"))
    yield from _listed("Gives data to", _edges(found["downstream"], "target"))
    yield from _listed("Used by", _users(found))
    yield from _listed("Findings", _findings(found))
    if cut:
        yield f"\nThere is more of: {', '.join(cut)}."


def _title(found: Object) -> str:
    said = [found["lifecycle"], found["version"] and f"version {found['version']}", found["key"]]
    return f"{found['name']} ({', '.join(word for word in said if word)})"


def _facts(found: Object) -> Iterator[tuple[str, object]]:
    status = found["status"]
    yield "purpose", found["purpose"]
    yield "domain", found["domain"] and found["domain"]["name"]
    yield "owner", found["owner"] and _agent(found["owner"]["agent"])
    for role in found["roles"]:
        yield role["role"] or "role", _agent(role["agent"])
    yield "support", ", ".join(found["support"]) or None
    yield "about", ", ".join(one["name"] for one in found["terms"]) or None
    yield "classes", ", ".join(one["classification"]["name"] for one in found["classifications"]) or None
    if status:
        success = status["lastSuccess"]
        yield "health", f"{status['health']}: {status['reason']}"
        yield "last success", success and success["endedAt"]
        yield "checks", status["checkCount"] and f"{status['failedCount']} of {status['checkCount']} fail"


def _agent(agent: Object) -> str:
    return f"{agent['name']} <{agent['email']}>" if agent.get("email") else str(agent["name"])


def _ports(found: Object) -> Table | None:
    statuses = {one["port"]["id"]: one for one in (found["status"] or {"ports": []})["ports"] if one["port"]}
    rows = [_port(port, statuses.get(port["id"])) for port in found["outputPorts"]]
    return table(("name", "address", "visibility", "data", "contract", "health"), rows) if rows else None


def _port(port: Object, status: Object | None) -> tuple[object, ...]:
    meant = port["binding"] or {"datasets": [], "status": "UNBOUND"}
    data = ", ".join(one["dataset"]["name"] for one in meant["datasets"] if one["dataset"])
    return (
        *(port["name"], _address(port), port["visibility"], data or meant["status"].lower()),
        *(", ".join(_contract(one) for one in port["contracts"]), status and status["health"]),
    )


def _address(port: Object) -> str:
    """The port's own address, else those of its servers and of the servers of its contracts."""
    if port["endpoint"]:
        return str(port["endpoint"])
    servers = [
        *port["servers"],
        *(one for contract in port["contracts"] for one in contract.get("servers", ())),
    ]
    told = [_server(server) for server in servers]
    return ", ".join(dict.fromkeys(told)) or port["protocol"] or ""


def _server(server: Object) -> str:
    place = server["location"] or server["endpointAddress"] or server["host"] or server["account"] or ""
    if server["portNumber"] and place:
        place = f"{place}:{server['portNumber']}"
    inside = ".".join(str(server[part]) for part in ("database", "databaseSchema") if server[part])
    return " ".join(str(part) for part in (server["platform"], place, inside) if part)


def _contract(contract: Object) -> str:
    of = contract.get("contract")
    name = of["name"] if of else contract["name"]
    said = (name, contract.get("version"), contract["status"])
    return " ".join(str(word) for word in said if word)


def _fields(found: Object) -> Table | None:
    rows = [
        (schema["name"], *_field(field, _classes_of_data(port, schema)))
        for port in found["outputPorts"]
        for contract in port["contracts"]
        for schema in contract.get("schemas", ())
        for field in schema["fields"]
    ]
    rows += [
        (one["dataset"]["name"], *_field(field))
        for port in found["outputPorts"]
        for one in (port["binding"] or {"datasets": []})["datasets"]
        if one["dataset"] and not any(contract.get("schemas") for contract in port["contracts"])
        for field in one["dataset"].get("fields", ())
    ]
    return table(("of", "field", "type", "classes", "description"), rows) if rows else None


def _classes_of_data(port: Object, schema: Object) -> Mapping[str, list[str]]:
    """What is said of the columns of the dataset behind a schema, by name: a contract need not repeat it."""
    found: dict[str, list[str]] = {}
    for one in (port["binding"] or {"datasets": []})["datasets"]:
        dataset = one["dataset"] or {"name": ""}
        if dataset["name"].rpartition(".")[2].casefold() == str(schema["name"]).casefold():
            for field in dataset.get("fields", ()):
                found.setdefault(str(field["name"]).casefold(), []).extend(_classes(field))
    return found


def _classes(field: Object) -> list[str]:
    return [one["classification"]["name"] for one in field.get("classifications", ())]


def _field(field: Object, also: Mapping[str, list[str]] = MappingProxyType({})) -> tuple[object, ...]:
    classes = dict.fromkeys([*_classes(field), *also.get(str(field["name"]).casefold(), ())])
    return field["name"], field["type"], ", ".join(classes), field["description"]


def _edges(edges: Sequence[Object], end: str) -> Table | None:
    rows = [(edge[end]["name"], _known(edge), edge["since"]) for edge in edges if edge[end]]
    return table(("product", "known as", "since"), rows) if rows else None


def _known(edge: Object) -> str:
    said = [word for word in ("declared", "observed") if edge[word]]
    return " and ".join(said)


def _users(found: Object) -> Table | None:
    read = [one["consumer"] for one in found["consumers"] if one["consumer"]]
    others = [one for one in read if one["kind"] != Label.DATA_PRODUCT]  # products are told above
    rows = [(one["kind"], one["name"]) for one in (*others, *found["usedBy"])]
    return table(("kind", "name"), rows) if rows else None


def _findings(found: Object) -> Table | None:
    rows = [
        (one["severity"], one["kind"].lower().replace("_", "-"), one["message"]) for one in found["findings"]
    ]
    return table(("severity", "kind", "message"), rows) if rows else None


def _listed(heading: str, rows: Table | None) -> Iterator[Parts]:
    if rows is not None:
        yield f"\n{heading}"
        yield rows
