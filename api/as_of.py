"""An answer as of a time before anything was known of what it is about says so, instead of being merely empty."""

import msgspec

from api.answers import LineageAnswer, Reason
from api.questions import Catalogue
from catalog.coverage import CoverageStatus, spoken
from catalog.identity import FieldId
from catalog.instant import format_instant

NOT_YET_KNOWN = "NOT_YET_KNOWN"


def with_not_yet_known(catalogue: Catalogue, answer: LineageAnswer, at: int) -> LineageAnswer:
    """The answer, its coverage with a reason for each start that no event of that time or before names."""
    homes = dict.fromkeys(_home(key) for key in answer.of)
    unseen = catalogue.unseen(list(homes), at)
    if not unseen:
        return answer
    until = f"no event until {format_instant(at)}"
    told = [
        Reason(code=NOT_YET_KNOWN, message=f"{spoken(key)} was not known then: {until} names it.")
        for key in homes
        if key in unseen
    ]
    coverage = msgspec.structs.replace(
        answer.coverage,
        status=CoverageStatus.PARTIAL if answer.edges else CoverageStatus.UNKNOWN,
        reasons=[*told, *answer.coverage.reasons],
    )
    return msgspec.structs.replace(answer, coverage=coverage)


def _home(key: str) -> str:
    """The dataset of a field; what is no field is its own."""
    try:
        return FieldId.parse(key).dataset.key
    except ValueError:
        return key
