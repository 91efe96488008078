"""Errors of an answer: ``extensions.code`` for programs, a message for people, nothing of our insides.
Where there is something to do about it, ``extensions.hint`` says what.

    PARSE_FAILED        the text is not GraphQL
    VALIDATION_FAILED   the query does not fit the schema
    BAD_USER_INPUT      an argument or variable outside its bounds
    UNKNOWN_NODE        a question about something the graph does not hold
    TOKEN_LIMIT, DEPTH_LIMIT, ALIAS_LIMIT, COST_LIMIT   the query asks for too much at once
    STORE_UNAVAILABLE   the store does not answer now; HTTP 503 with Retry-After
    INTERNAL            a fault of ours; the log has it
"""

import logging
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from catalog.errors import CatalogError, InvalidQuery, StoreUnavailable, UnknownNode
from catalog.instant import InvalidInstant
from ingest.errors import Rejected, UnknownColumn, UnknownDataset

logger = logging.getLogger("meshline.graphql")


class Code(StrEnum):
    """``extensions.code`` of an error."""

    PARSE_FAILED = "PARSE_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    UNKNOWN_NODE = "UNKNOWN_NODE"
    TOKEN_LIMIT = "TOKEN_LIMIT"
    DEPTH_LIMIT = "DEPTH_LIMIT"
    ALIAS_LIMIT = "ALIAS_LIMIT"
    COST_LIMIT = "COST_LIMIT"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    INTERNAL = "INTERNAL"


LIMITS = frozenset({Code.TOKEN_LIMIT, Code.DEPTH_LIMIT, Code.ALIAS_LIMIT, Code.COST_LIMIT})


def refusal(code: Code, message: str) -> GraphQLError:
    """An error that the caller may read as it is."""
    return GraphQLError(message, extensions={"code": code})


def bad_input(message: str) -> GraphQLError:
    """An argument outside its bounds."""
    return refusal(Code.BAD_USER_INPUT, message)


def code_of(error: GraphQLError) -> Code:
    """The code of an error of an executed or refused query."""
    if error.extensions and isinstance(error.extensions.get("code"), Code):
        return Code(error.extensions["code"])
    cause = error.original_error
    if isinstance(error, GraphQLSyntaxError):
        return Code.TOKEN_LIMIT if "tokens" in error.message else Code.PARSE_FAILED
    if isinstance(cause, StoreUnavailable):
        return Code.STORE_UNAVAILABLE
    if isinstance(cause, UnknownNode | UnknownDataset | UnknownColumn):
        return Code.UNKNOWN_NODE
    if isinstance(cause, InvalidQuery | InvalidInstant | Rejected):
        return Code.BAD_USER_INPUT
    if cause is not None and not isinstance(cause, GraphQLError):
        return Code.INTERNAL
    # graphql-core: only coercion of variables fails without a cause, a path, or a place of ours
    return Code.BAD_USER_INPUT if error.message.startswith("Variable ") else Code.VALIDATION_FAILED


def formatted(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Errors as the answer shows them; what is ours alone goes to the log."""
    return [_formatted(error) for error in errors]


def _formatted(error: GraphQLError) -> dict[str, Any]:
    code = code_of(error)
    shown: dict[str, Any] = {"message": _message(error, code)}
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        shown["path"] = list(error.path)
    extensions = {**(error.extensions or {}), "code": code}
    if (
        isinstance(error.original_error, CatalogError | Rejected)
        and code is not Code.INTERNAL
        and error.original_error.hint
    ):
        extensions["hint"] = error.original_error.hint
    return {**shown, "extensions": extensions}


def _message(error: GraphQLError, code: Code) -> str:
    cause = error.original_error
    if code is Code.INTERNAL:
        logger.error("a resolver failed at %s", error.path, exc_info=cause)
        return "The service failed on this part of the query; its log says why."
    if code is Code.STORE_UNAVAILABLE:
        logger.warning("store unavailable: %s", cause)
        return "The store does not answer now. Ask again later."
    return cause.message if isinstance(cause, CatalogError | Rejected) else error.message
