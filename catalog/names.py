"""The parts of names of tables: how the name of a dataset is read where SQL writes the name of a table.

Identity never depends on this (facts/openlineage §5: names are opaque): it only finds candidates.
"""

from functools import lru_cache

_QUOTES = {'"': '"', "`": "`", "'": "'", "[": "]"}


@lru_cache(maxsize=20_000)
def name_parts(name: str) -> tuple[str, ...]:
    """The parts of a dotted name without their quotes, outermost first; dots within quotes do not part.

    A name with a slash is a path: one part, but for quotes. Empty parts are left out; there is always one.
    """
    if "/" in name:
        return (name,)
    parts: list[str] = []
    part, closing = "", ""
    for char in name:
        if closing:
            closing, part = ("", part) if char == closing else (closing, part + char)
        elif char in _QUOTES and not part:
            closing = _QUOTES[char]
        elif char == ".":
            parts.append(part)
            part = ""
        else:
            part += char
    found = tuple(part for part in (*parts, part) if part)
    return found or (name,)


def last_part(name: str) -> str:
    """The last part of a dotted name."""
    return name_parts(name)[-1]
