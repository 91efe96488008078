"""An impact answer as one HTML page: no script, nothing from another host, readable by screen readers and on paper."""

from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import urlsplit

from api.commands.output import visible
from api.impact_answer import ImpactAnswer, ImpactParty, ImpactStep
from api.impact_views.grouping import (
    Group,
    Share,
    Violation,
    broken,
    by_meaning,
    by_severity,
    groups,
    likely_unharmed,
    open_groups,
    shares,
    to_do,
    violations,
    why,
)
from api.impact_views.policies import policy_sentences
from api.impact_views.said import has_contract, headline, said_changes, said_counts
from api.impact_views.words import HAPPEN, HAPPENS, MEANS, SURE, SURENESS, kind_of, listed, plural
from catalog.coverage import spoken

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --red: #b00020; --amber: #8a5a00; --green: #1b6e2e }
@media (prefers-color-scheme: dark) { :root { --red: #ff8a80; --amber: #ffcc66; --green: #8fd19e } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem }
h1 .verdict { border: 2px solid; border-radius: .3rem; padding: 0 .5rem }
.BLOCK { color: var(--red) } .REVIEW { color: var(--amber) } .SAFE { color: var(--green) }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
ul { padding-left: 1.2rem } td ul { margin: 0 }
footer { border-top: 1px solid var(--line); font-size: .9rem }
@media print { body { max-width: none; padding: 0 } details { display: block } tr { break-inside: avoid } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_page(answer: ImpactAnswer) -> str:
    """The page, with all items that the answer lists."""
    title = f"Impact: {answer.verdict}"
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return f"{head}<main>\n{''.join(_sections(answer))}</main>\n{_foot(answer)}</body>\n</html>\n"


def _sections(answer: ImpactAnswer) -> Iterator[str]:
    yield f'<h1>Impact: <span class="verdict {answer.verdict}">{answer.verdict}</span></h1>\n'
    yield f"<p><strong>{headline(answer)}</strong> {_text(answer.why)}</p>\n"
    changes = (
        f"{_code(subject)}: {_text(listed([change.said for change in said]))}"
        for subject, said in said_changes(answer)
    )
    yield _section("What changes", _list(changes))
    yield _section("What follows", _list(_counts(answer)))
    found = [_text(sentence) for sentence in policy_sentences(answer)]
    found += [_violated(one) for one in violations(answer.items)]
    yield _section("What breaks", _list([*found, *map(_broken, broken(answer.items))]))
    yield _section("Who has to act", _parties(shares(answer)))
    yield _section("What is not known", _list(_open_points(answer)))
    yield _section("All of it, the worst first", "".join(_tables(answer)))
    yield _section("The words", _words(answer))


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{content}</section>\n" if content else ""


def _counts(answer: ImpactAnswer) -> Iterator[str]:
    yield from said_counts(answer)
    if answer.semver != "none" and has_contract(answer):
        yield f"next version of a contract on it: {answer.semver}. {_text(answer.semver_why)}"


def _violated(one: Violation) -> str:
    parts = [f"{_code(clause.part)}: {_text(clause.message)}" for clause in one.clauses]
    rests = [f"On it rests: {_thing(group)}" for group in one.others]
    return f"contract {_code(one.contract.name)} is violated{_list([*parts, *rests])}"


def _broken(group: Group) -> str:
    first = group.first
    more = [f"The database says: {_text(first.message)}"] if first.message else []
    more += [f"To do: {_text(first.action)}"] if first.action else []
    more += [f"The way there: {_route(steps)}" for steps in first.routes if steps]
    more += [] if first.all_routes else ["There are more ways."]
    return f"{_thing(group)}: {_text(why(first))} ({SURE[first.certainty]}){_list(more)}"


def _route(steps: Iterable[ImpactStep]) -> str:
    names: list[str] = []
    for step in steps:
        names += [name for name in (step.source, step.job, step.target) if name and name not in names[-1:]]
    return " → ".join(_code(spoken(name)) for name in names)


def _parties(found: Iterable[Share]) -> str:
    rows = [(_party(share.party), _list(_theirs(share)), _list(to_do(share, _code))) for share in found]
    return _table("Owners", ("who", "what happens to what is theirs", "what to do"), rows)


def _party(party: ImpactParty | None) -> str:
    if party is None:
        return "nobody known"
    return "<br>".join([f"<strong>{_text(party.name or party.id)}</strong>", *map(_code, party.contacts)])


def _theirs(share: Share) -> Iterator[str]:
    for severity, items in by_severity(share.items):
        found = by_meaning(groups(items))
        happens = (HAPPENS if len(found) == 1 else HAPPEN)[severity]
        yield f"<strong>{happens}</strong>: {', '.join(map(_thing, found))}"


def _open_points(answer: ImpactAnswer) -> Iterator[str]:
    yield from (f"Not understood in what is proposed: {_text(text)}" for text in answer.proposal.unread)
    roots, others = open_groups(answer.items)
    yield from (f"{_thing(group)}: {_text(why(group.first))}" for group in roots)
    if others:
        yield f"{plural(others, 'thing')} that {'comes' if others == 1 else 'come'} from these"
    for group in likely_unharmed(answer.items):
        yield f"Likely not affected, though nothing proves it: {_thing(group)}"
    yield from (_text(reason.message) for reason in answer.coverage.reasons)


def _tables(answer: ImpactAnswer) -> Iterator[str]:
    for severity, items in by_severity(answer.items):
        rows = [
            (
                _code(item.name) + (" (not all known)" if item.unknown else ""),
                _text(kind_of(item.kind)),
                _text(why(item)),
                SURE[item.certainty],
                str(item.hops),
                _text(", ".join(owner.name or owner.id for owner in item.owners)),
                _text(item.product.name if item.product else ""),
            )
            for item in items
        ]
        heads = ("what", "kind", "why", "how sure", "hops", "owner", "product")
        yield _table(f"{severity} ({len(rows)}): {MEANS[severity]}", heads, rows)
    if answer.total > len(answer.items):
        yield f"<p>… and {answer.total - len(answer.items)} more, which this page does not list.</p>\n"


def _words(answer: ImpactAnswer) -> str:
    certainties = dict.fromkeys(item.certainty for item in answer.items)
    told = "".join(f"<dt>{SURE[one]}</dt><dd>{SURENESS[one]}</dd>\n" for one in certainties)
    return f"<dl>\n{told}</dl>\n" if told else ""


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows]
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{''.join(lines)}</tbody>\n</table>\n"
    )


def _list(entries: Iterable[str]) -> str:
    found = "".join(f"<li>{entry}</li>\n" for entry in entries)
    return f"<ul>\n{found}</ul>\n" if found else ""


def _thing(group: Group) -> str:
    paths = listed([_code(path) for path in group.paths]) if group.paths else ""
    columns = f"{'column' if len(group.paths) == 1 else 'columns'} {paths}" if paths else ""
    if group.kind == "column":
        return f"{columns or 'column'} of {_code(group.name)}"
    return f"{_text(group.kind)} {_code(group.name)}" + (f" ({columns})" if columns else "")


def _foot(answer: ImpactAnswer) -> str:
    link = answer.permalink or ""
    address = f'<p><a href="{escape(link)}">Full report</a></p>\n' if _is_web(link) else ""
    as_of = "now" if answer.as_of is None else answer.as_of
    return (
        f"<footer>\n<p>Coverage: {_text(answer.coverage.status.lower())}, {answer.coverage.edges} edges of lineage "
        f"read.{_newest(answer)} "
        f"Graph version {answer.graph_version}, as of {_text(as_of)}. Report {_code(answer.id)}.</p>\n"
        f"{address}</footer>\n"
    )


def _newest(answer: ImpactAnswer) -> str:
    if answer.usage is None or answer.as_of is not None:
        return ""
    return f" The newest thing that the graph was told is of {_text(answer.usage.until)}."


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _text(text: str) -> str:
    return escape(visible(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"
