"""What a person writes for a dataset, field or job, and what it stands for.

dataset/{namespace}/{name}         a key, percent-encoded; or the IRI that ends with it
{namespace}/{name}                 as it is shown; both may hold slashes, so every split is tried
{namespace}/{name}#{field}         a field of a dataset
{name}                             alone, when only one has it; also with #{field}
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from api.errors import UsageError
from api.questions import Catalogue, Found
from catalog.coverage import spoken
from catalog.identity import DatasetId, JobId
from catalog.search import MAX_TEXT
from catalog.walks import OF_PRODUCTS, Level
from ontology.vocabulary import Label

DATASETS = (Label.DATASET, Label.ALIAS, Label.DATASET_REFERENCE)
JOBS = (Label.JOB, Label.PIPELINE)
ROOTS = (*DATASETS, *JOBS)
_KINDS = ("dataset/", "field/", "job/")
_LISTED = 10
_NEAR = 3


def resolve(catalogue: Catalogue, text: str) -> str:
    """The key of the dataset, field or job that is named.

    Raises UsageError when nothing has the name, with the nearest that have, or when more than one thing has it.
    """
    key = _key_in(text)
    if key is not None and catalogue.existing([key]):
        return key
    return (
        _whole(catalogue, text, ROOTS)
        or _field_of(catalogue, text, ROOTS)
        or _nothing(catalogue, text, ROOTS)
    )


def resolve_root(catalogue: Catalogue, text: str, level: Level) -> str:
    """What a walk starts from: at the levels of products also a product or domain, which goes before a dataset.

    Raises UsageError as ``resolve``.
    """
    if level in OF_PRODUCTS:
        kinds = ("domain", "product") if level is Level.DOMAIN else ("product", "domain")
        keys = [text.partition("/id/")[2] or text, *(f"{kind}/{text}" for kind in kinds)]
        existing = catalogue.existing(keys)
        for key in keys:
            if key in existing:
                return key
        named = catalogue.named(text, (Label.DATA_PRODUCT, Label.DOMAIN))
        if named:
            return _only(text, named).key
    return resolve(catalogue, text)


class Wanted(NamedTuple):
    """Why a dataset is asked for, and what to name in place of a job, and of a field (owner, path)."""

    because: str
    hint: str
    of_field: str


TO_CHANGE = Wanted(
    "a change is of a dataset",
    "Name a dataset; its columns go into --drop, --rename or --retype.",
    "Name the dataset {0!r}, and the field in the change, for example --drop {1}.",
)
TO_LINK = Wanted(
    "only datasets have other names",
    "Name a dataset; `meshline search` finds it.",
    "Name the dataset {0!r}.",
)


def resolve_dataset(catalogue: Catalogue, text: str, wanted: Wanted = TO_CHANGE) -> str:
    """The key of the dataset that is named. Raises UsageError as ``resolve``, and for a field or a job."""
    key = _key_in(text)
    found = {} if key is None else catalogue.existing([key])
    if key is None or key not in found:
        key = _whole(catalogue, text, DATASETS)
    elif found[key].kind not in DATASETS:
        raise UsageError(f"{spoken(key)} is no dataset; {wanted.because}.", wanted.hint)
    if key is not None:
        return key
    alike = _alike(catalogue, text)
    if alike is not None:
        return alike
    if _field_of(catalogue, text, DATASETS) is not None:
        owner, _, path = text.rpartition("#")
        raise UsageError(f"{text!r} names a field; {wanted.because}.", wanted.of_field.format(owner, path))
    if _whole(catalogue, text, JOBS) is not None:
        raise UsageError(f"{text!r} is a job; {wanted.because}.", wanted.hint)
    return _nothing(catalogue, text, DATASETS)


def _key_in(text: str) -> str | None:
    """What may be the key in a key or IRI."""
    tail = text.partition("/id/")[2] if text.startswith(("http://", "https://")) else text
    return tail if tail.startswith(_KINDS) else None


def _whole(catalogue: Catalogue, text: str, kinds: Collection[str]) -> str | None:
    """The key of the one node that has the text as its name."""
    found = _candidates(catalogue, text, kinds)
    return _only(text, found).key if found else None


def _field_of(catalogue: Catalogue, text: str, kinds: Collection[str]) -> str | None:
    """The key of the field that the text names behind the name of a dataset; None where no dataset has the name."""
    owner, mark, path = text.rpartition("#")
    datasets = [kind for kind in kinds if kind not in JOBS]
    owners = _candidates(catalogue, owner, datasets) if mark and path else []
    if not owners:
        return None
    dataset = _only(owner, owners)
    key = DatasetId(dataset.namespace, dataset.name).field(path).key
    if not catalogue.existing([key]):
        raise UsageError(
            f"{spoken(dataset.key)} has no field {path!r} that is known.",
            "Look for it with `meshline search`.",
        )
    return key


def _alike(catalogue: Catalogue, text: str) -> str | None:
    """The key of the one dataset whose name, alone or behind its namespace, is the same but for case."""
    if not text.strip():
        return None
    found = catalogue.search(text[:MAX_TEXT], (Label.DATASET,), None, _LISTED).items
    keys = [hit.id for hit in found if text.casefold() in _names(hit.id)]
    return keys[0] if len(keys) == 1 else None


def _names(key: str) -> tuple[str, ...]:
    """What people may write for a dataset, folded."""
    try:
        name = DatasetId.parse(key).name
    except ValueError:  # a key that was hashed for its length
        return ()
    return spoken(key).casefold(), name.casefold()


def _nothing(catalogue: Catalogue, text: str, kinds: Collection[str]) -> str:
    """Raises UsageError, with the nearest names that a search finds."""
    owner, mark, path = text.rpartition("#")
    searched = [kind for kind in (Label.DATASET, *JOBS) if kind in kinds and not (owner and kind in JOBS)]
    name = owner or text
    tail = f"{mark}{path}" if owner and Label.JOB in kinds else ""
    for words in dict.fromkeys((name, name.rpartition("/")[2])):
        hits = catalogue.search(words[:MAX_TEXT], searched, None, _NEAR).items if words.strip() else []
        if hits:
            near = [f"{spoken(hit.id)}{tail}" for hit in hits]
            raise UsageError(f"Nothing is named {text!r}.", f"Did you mean {_or(near)}?")
    raise UsageError(f"Nothing is named {text!r}.", "Look for it with `meshline search`.")


def _or(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


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
