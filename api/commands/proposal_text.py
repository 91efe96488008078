"""A stored proposal as lines of a terminal."""

from collections.abc import Iterator

from api.proposals.answers import ProposalAnswer, ProposalOwner
from catalog.coverage import spoken

Line = tuple[str, str | None]

_STYLES = {
    "AGREED": "bold green",
    "FORCED": "bold yellow",
    "OPEN": "bold",
    "EXPIRED": "bold yellow",
    "VOID": "bold yellow",
    "REFUSED": "bold red",
}
_WORDS = {
    "AGREED": "all whom it affects have agreed",
    "FORCED": "somebody goes on without the answers",
    "OPEN": "not all have answered",
    "EXPIRED": "not all have answered until the deadline",
    "VOID": "what was answered to is not what would happen now",
    "REFUSED": "somebody refuses it",
}


def proposal_lines(one: ProposalAnswer) -> Iterator[Line]:
    """The lines, with the style of each."""
    yield _headline(one)
    yield f"Proposal {one.id}: {one.title}", None
    told = (
        ("by", one.author),
        ("for", one.team),
        ("why", one.reason),
        ("link", one.link),
        ("answer until", one.deadline),
        ("agreed from", one.agreed_from),
    )
    yield from ((f"  {name}: {value}", None) for name, value in told if value)
    for each in one.report.proposal.changes:
        yield f"  {spoken(each.subject)}: {each.said}", None
    for decided in (one.forced, one.closed):
        if decided is not None:
            why = f": {decided.reason}" if decided.reason else ""
            yield f"  {decided.status} by {decided.by or 'somebody'} at {decided.at}{why}", "yellow"
    if one.owners:
        yield "Owners", "bold"
    for owner in one.owners:
        yield f"  {owner.status:<10} {_owner(owner)}", None
    for text in one.open_ends:
        yield f"  {text}", "yellow"


def _headline(one: ProposalAnswer) -> Line:
    """How it stands; what is closed waits for nobody."""
    if one.closed is not None:
        return f"CLOSED: it is {one.closed.status} (impact: {one.verdict})", "bold"
    words = _WORDS[one.sign_off]
    if one.sign_off == "AGREED" and not one.owners:
        words = "it affects nobody who could be asked"
    if one.sign_off == "OPEN" and not one.owners:
        words = "nobody can be asked; only `meshline proposal force` goes on"
    return f"{one.sign_off}: {words} (impact: {one.verdict})", _STYLES[one.sign_off]


def _owner(one: ProposalOwner) -> str:
    things = f"{one.items} thing{'' if one.items == 1 else 's'}"
    hit = f", {things}, {one.worst}" if one.items else ""
    told = f" <{', '.join(one.owner.contacts)}>" if one.owner.contacts else ""
    if one.answer is None:
        return f"{one.owner.name}{told}{hit}"
    until = f" until {one.answer.until}" if one.answer.until else ""
    note = f": {one.answer.note}" if one.answer.note else ""
    return f"{one.owner.name}{told}{hit}; {one.answer.answer} by {one.answer.by or 'somebody'}{until}{note}"
