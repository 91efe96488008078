"""What is asked of a proposed change, as a value and as the JSON that says it to a service."""

from dataclasses import dataclass
from typing import Any

from catalog.impact.facets import EVERY_ITEM, ItemFilter
from catalog.instant import format_instant, parse_instant
from ingest.errors import ImproperProposal
from ingest.proposals.body import body_of, given_of
from ingest.proposals.documents import Given
from ontology.vocabulary import Origin

MAX_FIRST = 10_000
FIRST = 500
FILTERS = ("severity", "kind", "owner", "product", "domain")


@dataclass(frozen=True, slots=True)
class ImpactQuestion:
    """What is proposed, and how it is to be answered. ``at`` in nanoseconds, None is now; ``origins`` None: of all.

    ``proposal``: the id of a stored one, in place of what is given. ``where`` and ``first`` bound what is listed, never
    what is counted and judged.
    """

    given: Given
    at: int | None = None
    origins: frozenset[str] | None = None
    where: ItemFilter = EVERY_ITEM
    first: int = FIRST
    after: str | None = None
    proposal: str | None = None


def question_body(question: ImpactQuestion) -> dict[str, Any]:
    """The JSON of a question; ``question_of`` reads it back."""
    where = {
        name: sorted(values) for name in FILTERS if (values := getattr(question.where, name)) is not None
    }
    members = {
        "asOf": None if question.at is None else format_instant(question.at),
        "origins": None if question.origins is None else sorted(question.origins),
        "where": where or None,
        "first": question.first,
        "after": question.after,
        "proposal": question.proposal,
    }
    return {
        **body_of(question.given),
        **{name: value for name, value in members.items() if value is not None},
    }


_KNOWN = frozenset(
    {
        *("changes", "documents", "dataset", "dialect", "otherTarget"),
        *("asOf", "origins", "where", "first", "after", "proposal"),
    }
)


def question_of(body: Any) -> ImpactQuestion:
    """The question that a JSON body asks. Raises ImproperProposal."""
    if not isinstance(body, dict):
        raise ImproperProposal("The body is to be a JSON object.")
    others = sorted(str(name) for name in body if name not in _KNOWN)
    if others:
        raise ImproperProposal(
            f"The body has {', '.join(others[:5])}; it may have {', '.join(sorted(_KNOWN))}."
        )
    first = body.get("first", FIRST)
    if isinstance(first, bool) or not isinstance(first, int) or not 1 <= first <= MAX_FIRST:
        raise ImproperProposal(f"first is to be a number from 1 to {MAX_FIRST}.")
    after, proposal = body.get("after"), body.get("proposal")
    if after is not None and not isinstance(after, str):
        raise ImproperProposal("after is to be the `next` of an answer.")
    if proposal is not None and not isinstance(proposal, str):
        raise ImproperProposal("proposal is to be the id of a stored proposal.")
    return ImpactQuestion(
        given_of(body),
        _instant(body.get("asOf")),
        _origins(body.get("origins")),
        _where(body.get("where")),
        first,
        after,
        proposal,
    )


def _instant(text: Any) -> int | None:
    if text is None:
        return None
    try:
        return parse_instant(str(text)).ns
    except ValueError as error:
        raise ImproperProposal(
            f"asOf cannot be read: {error}.", "It looks like 2026-01-31T12:00:00Z."
        ) from error


def _origins(value: Any) -> frozenset[str] | None:
    found = _texts(value, "origins")
    if found is not None and not (found and found <= set(Origin)):
        raise ImproperProposal(f"origins is to be some of {', '.join(Origin)}.")
    return found


def _where(value: Any) -> ItemFilter:
    if value is None:
        return EVERY_ITEM
    if not isinstance(value, dict) or not value.keys() <= set(FILTERS):
        raise ImproperProposal(f"where is to be an object with some of {', '.join(FILTERS)}.")
    return ItemFilter(**{name: _texts(texts, f"where.{name}") for name, texts in value.items()})


def _texts(value: Any, name: str) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ImproperProposal(f"{name} is to be a list of texts.")
    return frozenset(value)
