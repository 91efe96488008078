"""Ports of a product: what it takes, what it gives, how it is managed, and under which contracts."""

from collections import Counter

from ingest.descriptors.bitol import custom, read_links
from ingest.descriptors.place import Path
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel


def read_ports(said: Stated, id_: str, product: str) -> None:
    """The ports of a product. A port is known by its name, and by its version where several have the name."""
    _Ports(said, id_, product, "inputPorts", Label.INPUT_PORT, Rel.HAS_INPUT_PORT).read()
    _Ports(said, id_, product, "outputPorts", Label.OUTPUT_PORT, Rel.HAS_OUTPUT_PORT).read()
    _Ports(said, id_, product, "managementPorts", Label.MANAGEMENT_PORT, Rel.HAS_MANAGEMENT_PORT).read()


class _Ports:
    """The ports of one kind."""

    def __init__(self, said: Stated, id_: str, product: str, key: str, label: Label, rel: Rel) -> None:
        self._ports = list(said.each(key))
        self._draft, self._id, self._product = said.draft, id_, product
        self._label, self._rel = label, rel
        self._names = Counter(port.name("name") for port in self._ports)

    def read(self) -> None:
        seen: set[str] = set()
        for port in self._ports:
            name, version = port.name("name"), port.text("version")
            several = (version,) if self._names[name] > 1 and version is not None else ()
            node = self._draft.thing(self._label, self._id, name, *several, at=port.at("name"))
            if node in seen:
                self._draft.fault(port.at("name"), f"There are two ports {' '.join((name, *several))!r}.")
                continue
            seen.add(node)
            self._draft.link(self._rel, self._product, node, port.path)
            self._tell(port, node)

    def _tell(self, port: Stated, node: str) -> None:
        draft = self._draft
        port.say(node, name="name", version="version", description="description", tags="tags")
        port.say(node, protocol="type", endpoint="url", content="content")
        _governed(port, node, port.at("contractId"))
        read_links(port, node, theme=None, page=False)
        for contract in port.each("inputContracts"):
            draft.unmapped(contract.path, "a contract that the port depends on; input ports say it")
        custom(port)
        port.done()


def _governed(port: Stated, node: str, place: Path) -> None:
    """The contract of the port: that version of it, whether or not it is known already."""
    id_, version = port.text("contractId"), port.text("version")
    if id_ is None:
        return
    names = (Label.CONTRACT_VERSION, id_, version) if version is not None else (Label.DATA_CONTRACT, id_)
    port.draft.link(Rel.GOVERNED_BY, node, port.draft.thing(names[0], *names[1:], at=place), place)
