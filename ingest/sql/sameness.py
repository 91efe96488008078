"""Whether two texts of SQL say the same, whatever their spaces, comments, keywords in any case, and target."""

from sqlglot import exp

from ingest.sql.parse import parse


def meaning(text: str, dialect: str | None) -> str:
    """A text of which two are equal where the statements are: of a statement that fills a table from one query, the
    query. What cannot be parsed is compared as it is written, but for spaces."""
    parsed = parse(text, dialect)
    if parsed.problems and not parsed.trees:
        return " ".join(text.split()).rstrip("; ")
    queries = [_query(tree) for tree in parsed.trees if not isinstance(tree, exp.Semicolon)]
    return ";\n".join(tree.sql(dialect=parsed.dialect, comments=False, normalize=True) for tree in queries)


def _query(tree: exp.Expr) -> exp.Expr:
    if isinstance(tree, (exp.Create, exp.Insert)):
        found = tree.args.get("expression")
        return found if isinstance(found, exp.Query) else tree
    return tree
