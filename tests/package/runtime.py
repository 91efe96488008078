"""The part of the lock file that the application needs at run time."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def runtime_names(wheel: Path) -> set[NormalizedName]:
    """The names of all that a wheel needs without its extras; what those need is as installed here."""
    found: set[NormalizedName] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    pending = list(_wanted(_requirements(wheel), frozenset()))
    while pending:
        requirement = pending.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in seen:
            seen.add((name, extras))
            found.add(name)
            pending += _wanted(requires(name) or [], extras)
    return found


def _requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(path)).get_all("Requires-Dist", [])


def _wanted(texts: Iterable[str], extras: frozenset[str]) -> Iterator[Requirement]:
    for requirement in map(Requirement, texts):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def locked(lock: Path, names: set[NormalizedName]) -> str:
    """The pins, with their hashes, of these names. Raises LookupError for a name without a pin."""
    text = lock.read_text(encoding="utf-8")
    starts = [match.start() for match in _PIN.finditer(text)]
    pins = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    by_name = {canonicalize_name(pin.partition("==")[0]): pin for pin in pins}
    missing = names - by_name.keys()
    if missing:
        raise LookupError(f"{lock.name} has no pin of {', '.join(sorted(missing))}")
    return "".join(by_name[name] for name in sorted(names))
