"""Random queries over a few tables, as an author would write them: from the inside out, with what is in reach."""

from dataclasses import dataclass
from random import Random

TABLES = {
    "t1": ["id", "a", "b", "c", "d"],
    "t2": ["id", "a", "e", "f"],
    "t3": ["key", "g", "h", "i", "j"],
}
"""All INTEGER, so that any expression of any columns has a type."""


@dataclass(frozen=True)
class Made:
    """A relation as text, with the columns that it shows."""

    text: str
    columns: list[str]


class Author:
    """Writes one query; each name that it uses is in reach when the tables are whole."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.ctes: dict[str, list[str]] = {}
        self.serial = 0

    def query(self) -> str:
        parts = []
        for _ in range(self.random.randrange(4)):
            made = self.select(2)
            name = self.fresh("cte")
            parts.append(f"{name} AS ({made.text})")
            self.ctes[name] = made.columns
        final = self.select(3)
        return (f"WITH {', '.join(parts)} " if parts else "") + final.text

    def fresh(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.serial}"

    def select(self, depth: int) -> Made:
        roll = self.random.random()
        if depth > 0 and roll < 0.15:
            return self.union(depth)
        if roll < 0.3:
            return self.grouped(depth)
        return self.plain(depth)

    def union(self, depth: int) -> Made:
        one, other = self.select(depth - 1), self.select(depth - 1)
        if self.random.random() < 0.3:
            names = list(dict.fromkeys([*one.columns, *other.columns]))
            return Made(f"({one.text}) UNION ALL BY NAME ({other.text})", names)
        width = min(len(one.columns), len(other.columns))
        if len(one.columns) != len(other.columns):
            one, other = self.narrowed(one, width), self.narrowed(other, width)
        word = self.random.choice(["UNION ALL", "UNION", "EXCEPT", "INTERSECT"])
        return Made(f"({one.text}) {word} ({other.text})", one.columns)

    def narrowed(self, made: Made, width: int) -> Made:
        columns = made.columns[:width]
        alias = self.fresh("n")
        return Made(f"SELECT {', '.join(columns)} FROM ({made.text}) AS {alias}", columns)

    def table(self, depth: int) -> tuple[str, str, list[str]]:
        """A table of a FROM: its text, its alias, its columns."""
        alias = self.fresh("x")
        roll = self.random.random()
        if depth > 0 and roll < 0.2:
            made = self.select(depth - 1)
            return f"({made.text}) AS {alias}", alias, made.columns
        if self.ctes and roll < 0.6:
            name = self.random.choice(list(self.ctes))
            return f"{name} AS {alias}", alias, self.ctes[name]
        name = self.random.choice(list(TABLES))
        return f"{name} {alias}", alias, TABLES[name]

    def source(self, depth: int) -> tuple[str, list[tuple[str, list[str]]], set[str]]:
        """A FROM: its text, its tables, and the names that a USING put together."""
        text, alias, columns = self.table(depth)
        tables = [(alias, columns)]
        merged: set[str] = set()
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            more, alias, columns = self.table(0)  # DuckDB lets a subquery here see the tables before it
            shared = [c for c in columns if sum(c in have for _, have in tables) == 1]
            word = self.random.choice(["JOIN", "LEFT JOIN", "FULL JOIN", "RIGHT JOIN"])
            if shared and self.random.random() < 0.4:
                name = self.random.choice(shared)
                text += f" {word} {more} USING ({name})"
                merged.add(name)
            else:
                left, have = self.random.choice(tables)
                on = f"{left}.{self.random.choice(have)} = {alias}.{self.random.choice(columns)}"
                text += f" {word} {more} ON {on}"
            tables.append((alias, columns))
        return text, tables, merged

    def name(self, tables: list[tuple[str, list[str]]], merged: set[str]) -> str:
        """A column, without its table where that is clear."""
        alias, columns = self.random.choice(tables)
        column = self.random.choice(columns)
        clear = column in merged or sum(column in have for _, have in tables) == 1
        return column if clear and self.random.random() < 0.6 else f"{alias}.{column}"

    def full_name(self, tables: list[tuple[str, list[str]]]) -> str:
        """A column with its table: in a subquery a bare name would mean another column when its own goes."""
        alias, columns = self.random.choice(tables)
        return f"{alias}.{self.random.choice(columns)}"

    def value(self, tables: list[tuple[str, list[str]]], merged: set[str], depth: int = 2) -> str:
        roll = self.random.random()
        one = self.name(tables, merged)
        if roll < 0.4 or depth == 0:
            return one
        other = self.value(tables, merged, depth - 1)
        if roll < 0.5:
            return f"({one} + {other})"
        if roll < 0.6:
            return f"coalesce({one}, {other})"
        if roll < 0.75:
            return f"CASE WHEN {self.condition(tables, merged, 0)} THEN {one} ELSE {other} END"
        if roll < 0.85:
            by, then = self.name(tables, merged), self.name(tables, merged)
            return f"sum({one}) OVER (PARTITION BY {by} ORDER BY {then})"
        if roll < 0.92:
            table = self.random.choice(list(TABLES))
            column, key = self.random.choice(TABLES[table]), self.random.choice(TABLES[table])
            alias = self.fresh("s")
            inside = self.full_name(tables)
            return f"(SELECT max({alias}.{column}) FROM {table} {alias} WHERE {alias}.{key} = {inside})"
        return f"CAST({one} AS INTEGER)"

    def condition(self, tables: list[tuple[str, list[str]]], merged: set[str], depth: int = 1) -> str:
        roll = self.random.random()
        one, other = self.name(tables, merged), self.name(tables, merged)
        if depth == 0 or roll < 0.5:
            return f"{one} {self.random.choice(['<', '=', '>=', '<>'])} {other}"
        table = self.random.choice(list(TABLES))
        column = self.random.choice(TABLES[table])
        alias = self.fresh("q")
        if roll < 0.7:
            return f"{one} IN (SELECT {alias}.{column} FROM {table} {alias})"
        if roll < 0.85:
            inside = self.full_name(tables)
            return f"EXISTS (SELECT * FROM {table} {alias} WHERE {alias}.{column} = {inside})"
        return f"({self.condition(tables, merged, depth - 1)} OR {one} IS NULL)"

    def plain(self, depth: int) -> Made:
        text, tables, merged = self.source(depth)
        items: list[str] = []
        columns: list[str] = []
        roll = self.random.random()
        everything = [c for at, (_, have) in enumerate(tables) for c in have if not (at and c in merged)]
        if roll < 0.35 and len(set(everything)) == len(everything):
            star, columns = self.star(tables, merged, everything)
            items.append(star)
        elif roll < 0.5:
            alias, columns = self.random.choice(tables)
            columns = list(columns)
            items.append(f"{alias}.*")
        for _ in range(self.random.randrange(0 if items else 1, 4)):
            value, alias = self.value(tables, merged), self.fresh("v")
            items.append(f"{value} AS {alias}")
            columns.append(alias)
        where = f" WHERE {self.condition(tables, merged)}" if self.random.random() < 0.5 else ""
        if self.random.random() < 0.15:
            where += f" QUALIFY row_number() OVER (ORDER BY {self.name(tables, merged)}) < 5"
        if self.random.random() < 0.15:
            where += f" ORDER BY {self.name(tables, merged)} LIMIT 7"
        return Made(f"SELECT {', '.join(items)} FROM {text}{where}", columns)

    def star(
        self, tables: list[tuple[str, list[str]]], merged: set[str], everything: list[str]
    ) -> tuple[str, list[str]]:
        roll = self.random.random()
        plain = [c for c in everything if c not in merged]
        if roll < 0.2 and len(plain) > 1:
            gone = self.random.choice(plain)
            return f"* EXCLUDE ({gone})", [c for c in everything if c != gone]
        if roll < 0.4 and plain:
            changed = self.random.choice(plain)
            return f"* REPLACE ({self.name(tables, merged)} AS {changed})", everything
        return "*", everything

    def grouped(self, depth: int) -> Made:
        text, tables, merged = self.source(depth)
        keys = [self.name(tables, merged) for _ in range(self.random.randrange(1, 3))]
        names = [self.fresh("k") for _ in keys]
        items = [f"{key} AS {name}" for key, name in zip(keys, names, strict=True)]
        total = self.fresh("v")
        call = self.random.choice(
            [
                "count(*)",
                f"sum({self.value(tables, merged, 0)})",
                f"max({self.name(tables, merged)}) FILTER (WHERE {self.name(tables, merged)} > 1)",
            ]
        )
        items.append(f"{call} AS {total}")
        by = self.random.choice([", ".join(keys), "ALL", ", ".join(str(n + 1) for n in range(len(keys)))])
        having = f" HAVING max({self.name(tables, merged)}) > 0" if self.random.random() < 0.3 else ""
        return Made(f"SELECT {', '.join(items)} FROM {text} GROUP BY {by}{having}", [*names, total])
