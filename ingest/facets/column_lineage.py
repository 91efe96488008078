"""The ``columnLineage`` dataset facet: 1-2-0 with transformations, and the legacy form of 1-0-x.

One edge for each transformation of each input field. ``dataset[]``: fields that influence the whole dataset.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from catalog.identity import DatasetId
from catalog.statement import ColumnEdge
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems, member, shown

DIRECT, INDIRECT = "DIRECT", "INDIRECT"


class Transformation(NamedTuple):
    """How an input field reaches an output field."""

    kind: str = DIRECT
    subtype: str | None = None
    masking: bool = False
    description: str | None = None


_TEXT, _FLAG = (str, type(None)), (bool, type(None))
UNKNOWN = Transformation()
WHOLE_DATASET = Transformation(INDIRECT)


def _well_formed(item: Any) -> Transformation | None:
    """A transformation as nearly all are, at once; None for one that needs a closer look."""
    if type(item) is not dict or (kind := item.get("type")) not in (DIRECT, INDIRECT):
        return None
    subtype, masking, description = item.get("subtype"), item.get("masking"), item.get("description")
    if type(subtype) in _TEXT and type(masking) in _FLAG and type(description) in _TEXT:
        return Transformation(kind, subtype, masking is True, description)
    return None


@dataclass(slots=True)
class ColumnLineage:
    """Reads the facet of one output dataset."""

    output: DatasetId
    problems: Problems
    unread: bool = False
    """Whether a part could not be read: then finding no edge does not mean that there is none."""

    def edges(self, facet: dict[str, Any], path: str) -> frozenset[ColumnEdge] | None:
        """The edges; None when the facet says nothing: neither part is there, or none is readable."""
        fields, whole = facet.get("fields"), facet.get("dataset")
        found = {*self._of_fields(fields, f"{path}.fields"), *self._of_dataset(whole, f"{path}.dataset")}
        absent = fields is None and whole is None
        return None if absent or (self.unread and not found) else frozenset(found)

    def _of_fields(self, fields: Any, path: str) -> Iterator[ColumnEdge]:
        if fields is None:
            return
        if not isinstance(fields, dict):
            self._lose(path, f"Column lineage is an object by output field; this is {shown(fields)}.")
            return
        for target, entry in fields.items():
            if isinstance(entry, dict):
                yield from self._of_field(target, entry, member(path, target))
            else:
                self._lose(member(path, target), f"An output field has an object; this is {shown(entry)}.")

    def _of_field(self, target: str, entry: dict[str, Any], path: str) -> Iterator[ColumnEdge]:
        inputs = entry.get("inputFields")
        where = f"{path}.inputFields"
        if inputs is None:
            self.unread = True
            self.problems.note(
                Code.FACET_ASSUMED, where, "An output field lists its input fields; here is no list."
            )
        elif isinstance(inputs, list):
            yield from self._of_inputs(inputs, target, self._legacy(entry, path), where)
        else:
            self._lose(where, f"Input fields are a list; this is {shown(inputs)}.")

    def _of_dataset(self, inputs: Any, path: str) -> Iterator[ColumnEdge]:
        if isinstance(inputs, list):
            yield from self._of_inputs(inputs, None, WHOLE_DATASET, path)
        elif inputs is not None:
            self._lose(path, f"Input fields are a list; this is {shown(inputs)}.")

    def _of_inputs(
        self, inputs: list[Any], target: str | None, default: Transformation, path: str
    ) -> Iterator[ColumnEdge]:
        for index, item in enumerate(inputs):
            if not isinstance(item, dict):
                self._lose(f"{path}[{index}]", f"An input field is an object; this is {shown(item)}.")
                continue
            namespace, name, field = item.get("namespace"), item.get("name"), item.get("field")
            if not (isinstance(namespace, str) and isinstance(name, str) and isinstance(field, str) and name):
                self._lose(f"{path}[{index}]", "An input field has namespace, name and field that are text.")
                continue
            source = DatasetId(namespace, name)
            for how in self.transformations(item, default, f"{path}[{index}]"):
                yield ColumnEdge(source, field, self.output, target, *self._fitting(how, target, path, index))

    def _fitting(self, how: Transformation, target: str | None, path: str, index: int) -> Transformation:
        """What reaches the whole dataset is an influence, whatever it is called."""
        if target is not None or how.kind == INDIRECT:
            return how
        message = "A field that concerns the whole dataset is INDIRECT."
        self.problems.note(Code.TRANSFORMATION, f"{path}[{index}]", message)
        return how._replace(kind=INDIRECT)

    def transformations(
        self, item: dict[str, Any], default: Transformation, path: str
    ) -> list[Transformation]:
        """How an input reaches what it feeds; the default where that is not said."""
        listed = item.get("transformations")
        where = f"{path}.transformations"
        if listed is None or listed == []:
            return [default]
        if not isinstance(listed, list):
            self._lose(where, f"Transformations are a list; this is {shown(listed)}.")
            return [default]
        found = [
            _well_formed(each) or self._transformation(each, default.kind, f"{where}[{i}]")
            for i, each in enumerate(listed)
        ]
        return [how for how in found if how is not None] or [default]

    def _transformation(self, item: Any, default_kind: str, path: str) -> Transformation | None:
        if not isinstance(item, dict):
            self._lose(path, f"A transformation is an object; this is {shown(item)}.")
            return None
        kind = item.get("type")
        if kind not in (DIRECT, INDIRECT):
            message = (
                f"A transformation is DIRECT or INDIRECT; this is {shown(kind)}. It counts as {default_kind}."
            )
            self.problems.note(Code.TRANSFORMATION, f"{path}.type", message)
            kind = default_kind
        return Transformation(
            kind,
            text_or_none(item, "subtype", path, self.problems),
            self._masking(item, path),
            text_or_none(item, "description", path, self.problems),
        )

    def _masking(self, item: dict[str, Any], path: str) -> bool:
        masking = item.get("masking")
        if masking is not None and not isinstance(masking, bool):
            self._lose(
                f"{path}.masking", f"Masking is true or false; this is {shown(masking)}. It counts as false."
            )
        return masking is True

    def _legacy(self, entry: dict[str, Any], path: str) -> Transformation:
        """``transformationType`` and ``…Description`` of 1-0-x, for inputs without transformations."""
        kind = text_or_none(entry, "transformationType", path, self.problems)
        description = text_or_none(entry, "transformationDescription", path, self.problems)
        if not kind:
            return Transformation(description=description) if description else UNKNOWN
        if kind == "MASKED":
            return Transformation(DIRECT, "TRANSFORMATION", True, description)
        if kind != "IDENTITY":
            message = f"A transformation type is IDENTITY or MASKED; {shown(kind)} is kept as it is."
            self.problems.note(Code.TRANSFORMATION, f"{path}.transformationType", message)
        return Transformation(DIRECT, kind, False, description)

    def _lose(self, path: str, message: str) -> None:
        self.unread = True
        self.problems.lose(Code.FACET_CONTENT, path, message)
