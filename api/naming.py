"""What a person writes for a dataset, field or job, and what it stands for.

dataset/{namespace}/{name}         a key, percent-encoded; or the IRI that ends with it
{namespace}/{name}                 as it is shown; both may hold slashes, so every split is tried
{namespace}/{name}#{field}         a field of a dataset
{name}                             alone, when only one has it; also with #{field}
"""

from collections.abc import Collection, Iterator

from api.errors import UsageError
from api.questions import Catalogue, Found
from catalog.identity import DatasetId, JobId
from ontology.vocabulary import Label

DATASETS = (Label.DATASET, Label.ALIAS, Label.DATASET_REFERENCE)
ROOTS = (*DATASETS, Label.JOB)
_KINDS = ("dataset/", "field/", "job/")
_LISTED = 10


def resolve(catalogue: Catalogue, text: str, kinds: Collection[str] = ROOTS) -> str:
    """The key of what is named. Raises UsageError when nothing or more than one thing has the name."""
    key = _key_in(text)
    if key is not None and catalogue.existing([key]):
        return key
    found = _candidates(catalogue, text, kinds)
    if found:
        return _only(text, found).key
    owner, mark, path = text.rpartition("#")
    owners = (
        _candidates(catalogue, owner, [kind for kind in kinds if kind != Label.JOB]) if mark and path else []
    )
    if owners:
        dataset = _only(owner, owners)
        return DatasetId(dataset.namespace, dataset.name).field(path).key
    raise UsageError(f"Nothing is named {text!r}.", "Look for it with `meshline search`.")


def _key_in(text: str) -> str | None:
    """What may be the key in a key or IRI."""
    tail = text.partition("/id/")[2] if text.startswith(("http://", "https://")) else text
    return tail if tail.startswith(_KINDS) else None


def _candidates(catalogue: Catalogue, text: str, kinds: Collection[str]) -> list[Found]:
    found = catalogue.existing(list(_spelled(text, kinds)))
    exact = [one for one in found.values() if one.kind in kinds]
    return exact or catalogue.named(text, kinds)


def _spelled(text: str, kinds: Collection[str]) -> Iterator[str]:
    """The key for each way to split the text into namespace and name."""
    for place, character in enumerate(text):
        if character == "/" and 0 < place < len(text) - 1:
            namespace, name = text[:place], text[place + 1 :]
            yield DatasetId(namespace, name).key
            if Label.JOB in kinds:
                yield JobId(namespace, name).key


def _only(text: str, found: list[Found]) -> Found:
    if len(found) == 1:
        return found[0]
    listed = ", ".join(sorted(one.key for one in found)[:_LISTED])
    raise UsageError(f"{len(found)} things are named {text!r}: {listed}.", "Name one of them by its key.")
