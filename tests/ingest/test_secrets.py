"""What of a text is a secret, what is not, and that no text makes the search slow."""

import time

import pytest

from ingest.secrets import hide, hints_at_secrets, is_secret, may_have_parameter, may_have_user


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgres://ada:s3cr3t@db:5432/shop", "postgres://***@db:5432/shop"),
        ("https://s3cr3t@github.com/x", "https://***@github.com/x"),
        ("mongodb://a:s3cr3t@one,b:s3cr3t@two/x", "mongodb://***@two/x"),
        ("postgres://ada:s3@cr3t@db", "postgres://***@db"),
        ("see http://a:s3cr3t@x and ftp://b:s3cr3t@y.", "see http://***@x and ftp://***@y."),
        ("jdbc:mysql://db/x?user=ada&Password=s3cr3t&ssl=1", "jdbc:mysql://db/x?user=ada&Password=***&ssl=1"),
        ("jdbc:sqlserver://db;password=s3cr3t;x=1", "jdbc:sqlserver://db;password=***;x=1"),
        ("jdbc:oracle:thin:ada/s3cr3t@//db:1521/x", "jdbc:oracle:thin:***@//db:1521/x"),
        ("jdbc:oracle:oci:ada/s3/cr3t@db", "jdbc:oracle:oci:***@db"),
        ("jdbc:oracle:thin:@db:1521:x and a/b@c", None),
        ("abfss://container@account.dfs.core.windows.net/x", None),
        ("ssh://git@example.org/x", None),
        ("ssh://git:s3cr3t@example.org/x", "ssh://***@example.org/x"),
        ("mail ada@example.org about https://example.org/a@b", None),
        ("https://example.org/?mail=a@b", None),
        ("a@b://c", None),
        ("select x from y where password='s3cr3t'", None),
        ("postgres://ada:s3cr/3t@db/shop", "postgres://***@db/shop"),
        ("postgres://ada:s?cr#3t@db", "postgres://***@db"),
        ("mssql://DOM\\ada:s3cr3t@db", "mssql://***@db"),
        ("file://server\\share\\a@b", None),
        ("https://host:8080/path/a@b", None),
        ("mongodb://h1:27017,h2:27017/db?mail=a@b", None),
        ("https://${HOST}:${PORT}/a@b and http://[::1]:80/a@b and file://C:/dir/a@b", None),
        (
            "jdbc:sqlserver://db:1433;user=ada@srv;password=s3cr3t",
            "jdbc:sqlserver://db:1433;user=ada@srv;password=***",
        ),
        (
            "https://acct.blob.core.windows.net/c/x.csv?sv=2022&sp=r&sig=s3cr3t%3D&se=1",
            "https://acct.blob.core.windows.net/c/x.csv?sv=2022&sp=r&sig=***&se=1",
        ),
        (
            "https://b.s3.amazonaws.com/x?X-Amz-Algorithm=A&X-Amz-Credential=AKIA/s3cr3t&X-Amz-Security-Token=s3cr3t"
            "&X-Amz-Signature=s3cr3t",
            "https://b.s3.amazonaws.com/x?X-Amz-Algorithm=A&X-Amz-Credential=***&X-Amz-Security-Token=***"
            "&X-Amz-Signature=***",
        ),
        (
            "https://storage.googleapis.com/b/x?X-Goog-Date=1&X-Goog-Signature=s3cr3t",
            "https://storage.googleapis.com/b/x?X-Goog-Date=1&X-Goog-Signature=***",
        ),
        (
            "https://h/?token=s3cr3t&access_token=s3cr3t#id_token=s3cr3t",
            "https://h/?token=***&access_token=***#id_token=***",
        ),
        ("https://h/?redirect=https://g/?token=s3cr3t", "https://h/?redirect=https://g/?token=***"),
        (
            "jdbc:snowflake://a.b/?private_key_file=/k&private_key_pwd=s3cr3t",
            "jdbc:snowflake://a.b/?private_key_file=/k&private_key_pwd=***",
        ),
        (
            "Driver={ODBC 18};Server=db;UID=ada;PWD={s3;cr3t};Encrypt=yes",
            "Driver={ODBC 18};Server=db;UID=ada;PWD=***;Encrypt=yes",
        ),
        ("Server = db; Password = s3cr3t; X = 1", "Server = db; Password = ***; X = 1"),
        (
            "AccountName=a;AccountKey=s3cr3t==;EndpointSuffix=x",
            "AccountName=a;AccountKey=***;EndpointSuffix=x",
        ),
        ("host=db user=ada password=s3cr3t dbname=shop", "host=db user=ada password=*** dbname=shop"),
        ("password='s3cr 3t';host=db", "password=***;host=db"),
        (
            "load --db-password=s3cr3t -Dapi.token=s3cr3t --rows=5",
            "load --db-password=*** -Dapi.token=*** --rows=5",
        ),
        ("https://h/?tokens=5&token_type=bearer&page=2", None),
        ("token = upper(a); x", None),
        ("select 1 where a - token = 3 and pwd=:x", None),
        ("s3://b/t/token=5/sig=2/x", None),
        ("token=5/dt=2026", None),
        ("password=s3cr3t", "password=***"),
        ("--password=s3cr3t", "--password=***"),
    ],
)
def test_text__has_no_secrets(text: str, kept: str | None) -> None:
    hidden = hide(text)
    assert hidden == (text if kept is None else kept)
    assert hide(hidden) == hidden
    assert kept is None or may_have_user(text) or (hints_at_secrets(text) and may_have_parameter(text))


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "spark.ssl.keyStorePassword",
        "fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.access.key",
        "fs.azure.account.key.shop.dfs.core.windows.net",
        "fs.azure.sas.c.acct",
        "GITHUB_TOKEN",
        "clientSecret",
        "client secret",
        "private_key_pwd",
        "API-KEY",
        "sasl.jaas.config",
        "Authorization",
        "x" * 1000 + ".password",
    ],
)
def test_name__looks_like_that_of_a_secret(name: str) -> None:
    assert is_secret(name)
    assert hints_at_secrets(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "region",
        "key",
        "primary_key",
        "customerKey",
        "max_tokens",
        "tokenizer",
        "token.type",
        "credentials.provider",
        "password.file",
        "secretary",
        "aws_access_key_id",
        "spark.authorization.enabled",
        "design",
        "OLDPWDX",
    ],
)
def test_name__is_no_secret(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    "unit",
    [
        "://",
        "://a:",
        "://a:b/",
        "@",
        "a:@",
        "jdbc:oracle:x:",
        "jdbc:oracle:x:a/",
        ";pwd={",
        ";pwd='",
        "?pwd=",
        "?token",
        "; pwd ",
        "=",
        "pwd=",
        "key",
        " --",
        "\\\\",
        "://a@",
    ],
)
def test_hostile_text__takes_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit)) + "@ pwd="
    started = time.process_time()
    hide(text)
    may_have_user(text)
    hints_at_secrets(text) and may_have_parameter(text)
    assert time.process_time() - started < 10, "some seconds in the worst case; quadratic time would be hours"
