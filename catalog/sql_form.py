"""How a text of SQL means columns that it does not name: facts of its words alone, whatever the schemas."""

from enum import StrEnum


class SqlForm(StrEnum):
    """STAR: columns may be meant that it does not name (a star, a pattern, a pivot, a table as a whole, a natural
    join). NATURAL: tables are joined by whatever columns they have in common. BY_NAME: columns of tables that have not
    all of them are put together by their names."""

    STAR = "STAR"
    NATURAL = "NATURAL"
    BY_NAME = "BY_NAME"
