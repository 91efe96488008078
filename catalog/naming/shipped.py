"""The naming rules that come with Meshline. Each is careful: where a spelling is in doubt, it does nothing.

Sources: the naming conventions of OpenLineage (spec/Naming.md) and what its clients make of the same storage.
"""

import re

from catalog.naming.rule import Rule

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_SAME_SCHEMES = {"s3a": "s3", "s3n": "s3", "abfs": "abfss", "wasb": "wasbs"}
_PORTS = {
    "cassandra": 9042,
    "cockroachdb": 26257,
    "db2": 50000,
    "mongodb": 27017,
    "mssql": 1433,
    "mysql": 3306,
    "oracle": 1521,
    "postgres": 5432,
    "redshift": 5439,
    "sqlserver": 1433,
    "teradata": 1025,
    "vertica": 5433,
}
"""Only where there is one port that all clients take: not Trino (http and https), Hive (server, metastore), HDFS."""
_PATH_SCHEMES = frozenset(
    ("s3", "s3a", "s3n", "gs", "abfs", "abfss", "wasb", "wasbs", "adl", "hdfs", "dbfs", "oss", "cos", "file")
)
_PARTITION = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*=[^/]*")
_DATES = re.compile(r"(?:/(?:19|20)\d\d(?:-?[01]\d(?:-?[0-3]\d)?)?(?:/[01]\d(?:/[0-3]\d(?:/[0-2]\d)?)?)?)+")
_DECORATOR = re.compile(r"(.+)\$(?:\d{4,10}|__NULL__|__UNPARTITIONED__)", re.DOTALL)
_GLUE = re.compile(r"arn:aws[a-z-]*:glue:[^:/]+:\d+")
_GLUE_NAME = re.compile(r"([^./]+)\.([^./]+)")
_AWS_REGION = re.compile(r"[a-z]{2}(?:-gov)?-[a-z]+-\d")
_SNOWFLAKE_HOSTS = (".snowflakecomputing.com", ".privatelink")
_ANY_CASE = frozenset(("duckdb", "sqlite"))
"""Where quotes do not keep the case either: the documentation of DuckDB, "Keywords and Identifiers"."""
_QUOTED = {'"': '"', "`": "`"}
_BRACKETS = {**_QUOTED, "[": "]"}


def _split(namespace: str) -> tuple[str, str]:
    """(scheme in lower case, what follows it); no scheme where there is none."""
    found = _SCHEME.fullmatch(namespace)
    return (found[1].lower(), found[2]) if found else ("", namespace)


def same_scheme(namespace: str, name: str) -> tuple[str, str]:
    scheme, rest = _split(namespace)
    return (f"{_SAME_SCHEMES[scheme]}://{rest}" if scheme in _SAME_SCHEMES else namespace), name


def postgres_scheme(namespace: str, name: str) -> tuple[str, str]:
    scheme, rest = _split(namespace)
    return (f"postgres://{rest}" if scheme == "postgresql" else namespace), name


def default_port(namespace: str, name: str) -> tuple[str, str]:
    scheme, rest = _split(namespace)
    host, slash, path = rest.partition("/")
    if scheme not in _PORTS or not _HOST.fullmatch(host):
        return namespace, name
    return f"{scheme}://{host}:{_PORTS[scheme]}{slash}{path}", name


def trailing_slash(namespace: str, name: str) -> tuple[str, str]:
    bare = namespace.rstrip("/")
    if not _split(bare)[0]:
        bare = namespace
    return bare, name.rstrip("/") or name


def quotes(namespace: str, name: str) -> tuple[str, str]:
    pairs = _BRACKETS if _split(namespace)[0] in ("mssql", "sqlserver") else _QUOTED
    if not any(quote in name for quote in pairs):
        return namespace, name
    parts = _unquoted(name, pairs)
    return namespace, name if parts is None else ".".join(parts)


def _unquoted(name: str, pairs: dict[str, str]) -> list[str] | None:
    """The parts of a dotted name without their quotes; None where it is not plain what they are."""
    parts: list[str] = []
    place = 0
    while True:
        closing = pairs.get(name[place : place + 1])
        if closing is None:
            end = name.find(".", place)
            end = len(name) if end < 0 else end
            part, taken = name[place:end], frozenset((*pairs, *pairs.values()))
        else:
            end = name.find(closing, place + 1) + 1
            if not end or name[end : end + 1] not in ("", "."):
                return None
            part, taken = name[place + 1 : end - 1], frozenset((*pairs, *pairs.values(), "."))
        if not part or not taken.isdisjoint(part):
            return None
        parts.append(part)
        if end == len(name):
            return parts
        place = end + 1


def glob(namespace: str, name: str) -> tuple[str, str]:
    if (_split(namespace)[0] or namespace) not in _PATH_SCHEMES:
        return namespace, name
    segments = name.split("/")
    kept = len(segments)
    while kept and not _GLOB.isdisjoint(segments[kept - 1]):
        kept -= 1
    folder = "/".join(segments[:kept])
    if not folder.strip("/") or not _GLOB.isdisjoint(folder):
        return namespace, name
    return namespace, folder


_GLOB = frozenset("*?{}[]")


def partition(namespace: str, name: str) -> tuple[str, str]:
    segments = name.split("/")
    kept = len(segments)
    while kept and _PARTITION.fullmatch(segments[kept - 1]):
        kept -= 1
    table = "/".join(segments[:kept])
    return namespace, table if table.strip("/") else name


def bigquery_partition(namespace: str, name: str) -> tuple[str, str]:
    found = _DECORATOR.fullmatch(name) if namespace == "bigquery" else None
    return namespace, found[1] if found else name


def glue_table(namespace: str, name: str) -> tuple[str, str]:
    found = _GLUE_NAME.fullmatch(name) if _GLUE.fullmatch(namespace) else None
    return namespace, f"table/{found[1]}/{found[2]}" if found else name


def snowflake_account(namespace: str, name: str) -> tuple[str, str]:
    scheme, rest = _split(namespace)
    if scheme != "snowflake" or not _HOST.fullmatch(rest):
        return namespace, name
    account = rest.lower()
    for suffix in _SNOWFLAKE_HOSTS:
        account = account.removesuffix(suffix)
    parts = account.split(".")
    if len(parts) == 2 and _AWS_REGION.fullmatch(parts[1]):
        account += ".aws"
    return f"snowflake://{account}" if account else namespace, name


def letter_case(namespace: str, name: str) -> tuple[str, str]:
    return namespace, name.lower() if _split(namespace)[0] in _ANY_CASE else name


def date_suffix(namespace: str, name: str) -> tuple[str, str]:
    start = len(name)
    for found in _DATES.finditer(name):
        start = found.start() if found.end() == len(name) else start
    return namespace, name[:start] if name[:start].strip("/") else name


DEFAULT = (
    Rule("object-store-scheme", "s3a and s3n are s3, abfs is abfss, wasb is wasbs.", same_scheme),
    Rule("postgres-scheme", "postgresql is postgres.", postgres_scheme),
    Rule("default-port", "A database host without a port has the port that is usual for it.", default_port),
    Rule("snowflake-account", "A Snowflake account in lower case, without its host name.", snowflake_account),
    Rule("trailing-slash", "A slash at the end of a namespace or a name says nothing.", trailing_slash),
    Rule("quotes", 'Quotes around the parts of a dotted name say nothing: "a"."b" is a.b.', quotes),
    Rule("glue-table", "In AWS Glue the table db.t is table/db/t.", glue_table),
    Rule("glob", "A pattern of files in a folder is the folder: t/*.parquet, t/{a,b} are t.", glob),
    Rule("partition", "A partition is its table: t/dt=2026-01-01/hour=3 is t.", partition),
    Rule("letter-case", "In DuckDB and SQLite names have no case: Raw.Orders is raw.orders.", letter_case),
    Rule("bigquery-partition", "A partition is its table: p.d.t$20260101 is p.d.t.", bigquery_partition),
)
"""In force where nothing else is said; applied in this order, again and again until nothing changes."""

FURTHER = (
    Rule("date-suffix", "Folders that are a date at the end: t/2026/01/31, t/20260131 are t.", date_suffix),
)
"""In force only where they are named."""
