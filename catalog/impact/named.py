"""What the name of a column says of its type, by the words that people use for columns: the weakest of signs."""

import re

_WORDS = {
    "TIMESTAMP": "at timestamp ts datetime time",
    "DATE": "date day dt on until since birthday dob",
    "BOOLEAN": "is has was flag enabled active deleted",
    "DOUBLE": """amount price cost total revenue sales tax discount rate ratio pct percent percentage share score lat
        latitude lng lon longitude weight height width length avg average mean salary balance fee margin spend profit
        value""",
    "INTEGER": """id ids key no nr num number count cnt qty quantity year quarter month week hour minute second seconds
        minutes hours days age rank position sort index seq sequence size cents units unit points level n pk fk
        sk number_of duration""",
    "VARCHAR": """name title code type status state country city region address street email mail phone description
        desc comment comments note notes text label category currency url uri link path host domain hash token slug
        gender sex color colour brand reason method channel source medium language lang locale zip postcode postal uuid
        guid sku tag tags kind segment group role user_agent ip content message body subject iso
        symbol""",
}
_TYPES = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def type_by_name(column: str) -> str | None:
    """A type in DuckDB's words; None: the name says none. The last word that says something counts; of a question
    (``is_open``) the first."""
    words = [part.casefold() for part in _PART.findall(column)]
    if words[:1] in (["is"], ["has"], ["was"]) and len(words) > 1:
        return "BOOLEAN"
    return next((_TYPES[word] for word in reversed(words) if word in _TYPES), None)
