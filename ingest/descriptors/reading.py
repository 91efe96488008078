"""A descriptor, from bytes to what it says."""

from dataclasses import dataclass

from ingest.descriptors.draft import Draft, Drafted
from ingest.descriptors.format import recognise
from ingest.descriptors.text import read_parts
from ingest.errors import UnknownFormat

MEDIA_TYPE = "application/vnd.meshline.descriptor"
"""How the text of a descriptor is kept in the log: as it came, in YAML or JSON."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor that was read. ``formats``: the names of those of its parts, each once, in order."""

    formats: tuple[str, ...]
    drafted: Drafted


def read_descriptor(data: bytes, source: str, *, max_bytes: int = 64 * 1024 * 1024) -> Descriptor:
    """What a descriptor says: a pure function of its text, its source and the ontology.

    An empty one says nothing, which ends what its earlier versions said. Raises MalformedDescriptor, TooLarge,
    UnknownFormat.
    """
    parts = read_parts(data, max_bytes=max_bytes)
    draft = Draft(source)
    formats = [recognise(part) for part in parts]
    for part, known in zip(parts, formats, strict=True):
        draft.begin(part, of_many=len(parts) > 1)
        known.read(part, draft)
    names = tuple(dict.fromkeys(known.name for known in formats))
    drafted = draft.drafted(mediaType=MEDIA_TYPE, source=source, title=draft.title)
    return Descriptor(names, drafted)


def is_descriptor(data: bytes, *, max_bytes: int = 64 * 1024 * 1024) -> bool:
    """Whether a text is a descriptor of a known format. Raises MalformedDescriptor, TooLarge."""
    try:
        for part in read_parts(data, max_bytes=max_bytes):
            recognise(part)
    except UnknownFormat:
        return False
    return True
