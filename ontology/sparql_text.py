"""What a SPARQL query is, seen from its words: its form, and whether it asks for what is never done here.

The engine itself would send the pattern of a SERVICE clause to any address, and it takes keywords without spaces around
them (``trueSERVICE:x{}``), so a word that contains one is taken for it. Who runs queries denies them the network too.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from ontology.errors import MalformedQuery, QueryRefused


class QueryForm(StrEnum):
    """The four forms of a query."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph; else it is a table, or yes or no."""
        return self in (QueryForm.CONSTRUCT, QueryForm.DESCRIBE)


UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")

_TOKEN = re.compile(
    r"""
    (?: \s | \#[^\r\n]* )+                           # space and comments
    | (?P<iri> <[^<>"{}|^`\x00-\x20]*> )
    | \"\"\" (?: \"{0,2} (?: [^"\\] | \\. ) )* \"\"\"
    | ''' (?: '{0,2} (?: [^'\\] | \\. ) )* '''
    | " (?: [^"\\\r\n] | \\. )* "
    | ' (?: [^'\\\r\n] | \\. )* '
    | [?$]\w+
    | (?P<name> [\w.\-]* : (?: [\w.\-:%] | \\. )* )   # prefix:local
    | (?P<word> [^\W\d] \w* )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_HIDDEN_SERVICE = re.compile(r"\).*service(silent)?#", re.IGNORECASE)
"""In what looks like an IRI: ``FILTER(?a<?b)SERVICE#>`` compares, and the call follows behind the comment."""


def query_form(text: str) -> QueryForm:
    """The form of a query.

    Raises QueryRefused for an update and for SERVICE, MalformedQuery where no form is to be seen.
    """
    tokens = list(_tokens(text))
    _refuse_service(tokens)
    word = next((word.upper() for kind, word in tokens if kind == "word" and not _is_prologue(word)), "")
    for form in QueryForm:
        if word.startswith(form):
            return form
    if word.startswith(UPDATES):
        hint = "Change it with OpenLineage events and with documents."
        raise QueryRefused("The graph cannot be changed over SPARQL.", hint)
    message = "This is no SPARQL query: it has none of SELECT, ASK, CONSTRUCT and DESCRIBE."
    raise MalformedQuery(message, "Begin with one of them, after BASE and PREFIX.")


def prefixes_of(text: str) -> dict[str, str]:
    """The prefixes that a query declares, with absolute IRIs."""
    tokens = list(_tokens(text))
    return {
        name.removesuffix(":"): iri[1:-1]
        for (_, word), (kind, name), (_, iri) in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.upper() == "PREFIX" and kind == "name" and name.endswith(":") and ":" in iri
    }


def has_undeclared_prefix(text: str) -> bool:
    """Whether a query has a name whose prefix it does not declare."""
    declared = prefixes_of(text).keys()
    names = (name for kind, name in _tokens(text) if kind == "name")
    return any(name.partition(":")[0] not in {*declared, "_"} for name in names)


def iris_in(text: str) -> Iterator[str]:
    """The IRIs that a query names, in its order; a name whose prefix it does not declare is none."""
    declared = prefixes_of(text)
    for kind, word in _tokens(text):
        prefix, _, local = word.partition(":")
        if kind == "iri":
            yield word[1:-1]
        elif kind == "name" and prefix in declared and local:
            yield declared[prefix] + local


def has_dataset(text: str) -> bool:
    """Whether a query names the graphs that it asks (FROM, FROM NAMED)."""
    return any(kind == "word" and word.upper().startswith("FROM") for kind, word in _tokens(text))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of all that is not space, comment, string or variable."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup is not None:
            yield match.lastgroup, match.group()


def _is_prologue(word: str) -> bool:
    return word.upper() in ("BASE", "PREFIX", "VERSION")


def _refuse_service(tokens: list[tuple[str, str]]) -> None:
    for before, (kind, token), (_, after) in zip(
        [("", ""), *tokens], tokens, [*tokens[1:], ("", "")], strict=False
    ):
        folded = token.upper()
        called = (
            (kind == "word" and "SERVICE" in folded)
            or (kind == "name" and "SERVICE" in folded and after == "{" and before[1].upper() != "GRAPH")
            or (kind == "iri" and _HIDDEN_SERVICE.search(token) is not None)
        )
        if called:
            hint = (
                "Ask the other service itself; a word with SERVICE in it may stand in strings and names only."
            )
            raise QueryRefused("A query cannot ask other services: SERVICE is not answered here.", hint)
