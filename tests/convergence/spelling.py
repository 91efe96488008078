"""The normal form of a name as the oracle sees it: by hand, for the spellings that events of the tests use."""

Names = tuple[str, str]


def normal(namespace: str, name: str) -> tuple[Names, str] | None:
    """(normal form, type of the link), or None for a name that is its own normal form."""
    rules: list[str] = []
    names = namespace, name
    if namespace.startswith("s3a://"):
        names = "s3://" + names[0][6:], names[1]
        rules.append("object-store-scheme")
    if namespace.startswith("snowflake://") and namespace != namespace.lower():
        names = namespace.lower(), names[1]
        rules.append("snowflake-account")
    if name.endswith("/") and name != "/":
        names = names[0], names[1][:-1]
        rules.append("trailing-slash")
    parts = name.split(".")
    if '"' in name and all(len(part) > 2 and part[0] == part[-1] == '"' for part in parts):
        names = names[0], ".".join(part[1:-1] for part in parts)
        rules.append("quotes")
    folder, slash, last = names[1].rpartition("/")
    if slash and folder and last.startswith("dt="):
        names = names[0], folder
        rules.append("partition")
    return (names, f"rule:{'+'.join(rules)}") if rules else None
