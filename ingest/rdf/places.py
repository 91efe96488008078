"""Where in a text something stands that is wrong: a guess by its words, for readers of RDF tell no places."""

import re
from functools import cached_property

from ingest.rdf.findings import local
from ontology.rdf import NS

_PREFIX = re.compile(
    r"""(?:@prefix\s+|PREFIX\s+)([\w-]*):\s*<([^>]*)>|"([\w-]+)"\s*:\s*"([^"\s]+[/#])\"""", re.IGNORECASE
)


class Places:
    """The lines of the text of one document."""

    def __init__(self, data: bytes) -> None:
        self._text = data.decode("utf-8", "replace")

    def line(self, *terms: str | None) -> int | None:
        """The first line, from 1, that has the first of the terms which the text has at all."""
        for term in terms:
            for spelling in self._spellings(term) if term else ():
                found = re.search(spelling, self._text)
                if found is not None:
                    return self._text.count("\n", 0, found.start()) + 1
        return None

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        """Prefix by namespace."""
        rows = _PREFIX.findall(self._text)
        return {namespace or other: prefix or name for prefix, namespace, name, other in rows}

    def _spellings(self, term: str) -> list[str]:
        """How a text may write an IRI or a literal, as patterns."""
        found = [re.escape(f"<{term}>"), re.escape(f'"{term}"')]
        for namespace, prefix in self._prefixes.items():
            if term.startswith(namespace):
                found.append(rf"(?<![\w:-]){re.escape(f'{prefix}:{term[len(namespace) :]}')}(?![\w-])")
        if term.startswith(NS):
            found.append(re.escape(f'"{local(term).removeprefix("mesh:")}"'))
        return found
