"""What each built-in rule over lineage may be told, and which way of telling it is the stricter one.

A rule of a lower layer tightens that of a higher one only if every parameter is as strict at least: so each says here
in which direction it is monotone, which is a promise of the rule's evaluation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.governance.policy import Parameter, Rule
from ontology.vocabulary import Label


class Form(StrEnum):
    """What a parameter is given as. DURATION: of ISO 8601, P7D or PT36H; IDS: a list of texts."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DURATION = "duration"
    IDS = "ids"


class Stricter(StrEnum):
    """Which of two values of a parameter finds at least what the other finds.

    MORE, FEWER: of two lists the one that has all of the other, or has no others; LARGER, SMALLER: of numbers and
    durations; TRUE, FALSE: of flags; NONE: neither, they have to be equal.
    """

    MORE = "more"
    FEWER = "fewer"
    LARGER = "larger"
    SMALLER = "smaller"
    TRUE = "true"
    FALSE = "false"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """A parameter of a rule. ``default``: what counts where it is not told; None: what ``absent`` says.

    ``absent``: whether the rule finds most (True) or least (False) where the parameter is not told; it matters only
    without a default. ``choices``: all that may be told; empty: anything of that form. ``labels``: of which labels the
    rule knows it; empty: of all that the rule is for.
    """

    name: str
    form: Form
    definition: str
    stricter: Stricter
    needed: bool = False
    default: Parameter | None = None
    absent: bool = False
    choices: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A rule: what fails by it, the labels that it may be ``of``, and its parameters. ``one_of``: names of parameters
    of which one at least has to be told."""

    rule: Rule
    definition: str
    labels: tuple[Label, ...]
    parameters: tuple[ParameterKind, ...] = ()
    one_of: tuple[str, ...] = ()

    @property
    def by_name(self) -> Mapping[str, ParameterKind]:
        """The parameters by name."""
        return {parameter.name: parameter for parameter in self.parameters}


_MASKED = ParameterKind(
    "masked", Form.FLAG, "Whether what is masked on the way counts too.", Stricter.TRUE, default=False
)
_INDIRECT = ParameterKind(
    "indirect", Form.FLAG, "Whether what only influences counts too.", Stricter.TRUE, default=False
)

_KINDS = (
    RuleKind(
        Rule.REACH,
        "Data of one of the classifications, or of things with one of the tags, comes to it along lineage.",
        (Label.DATA_PRODUCT, Label.OUTPUT_PORT, Label.DATASET, Label.FIELD, Label.JOB),
        (
            ParameterKind(
                "classifications",
                Form.IDS,
                "Ids of classifications from which it may not come; those below them are meant too.",
                Stricter.MORE,
            ),
            ParameterKind(
                "personalData",
                Form.FLAG,
                "Whether every category of personal data is meant too.",
                Stricter.TRUE,
                default=False,
            ),
            ParameterKind("tags", Form.IDS, "Tags of what it may not come from.", Stricter.MORE),
            ParameterKind(
                "hops",
                Form.NUMBER,
                "At most so many steps away; left out: any number.",
                Stricter.LARGER,
                absent=True,
            ),
            _MASKED,
            _INDIRECT,
            ParameterKind(
                "unlessAgreed",
                Form.FLAG,
                "Whether an active access agreement that covers the data allows it.",
                Stricter.FALSE,
                default=True,
            ),
        ),
        one_of=("classifications", "personalData", "tags"),
    ),
    RuleKind(
        Rule.PROPAGATE,
        "It is classified lower than what it comes from.",
        (Label.DATASET, Label.FIELD),
        (
            ParameterKind(
                "what",
                Form.TEXT,
                "What is carried along lineage.",
                Stricter.NONE,
                default="classification",
                choices=("classification", "personalData", "retention"),
            ),
            _MASKED,
        ),
    ),
    RuleKind(
        Rule.COMPARE,
        "It does not keep what is promised: a contract by its version before, a dataset by its contract, a product by "
        "those it reads.",
        (Label.DATA_CONTRACT, Label.DATASET, Label.DATA_PRODUCT),
        (
            ParameterKind(
                "unpromised",
                Form.FLAG,
                "Of products: whether one that promises fresh data fails, too, where a port that it reads promises "
                "nothing.",
                Stricter.TRUE,
                default=False,
                labels=(Label.DATA_PRODUCT,),
            ),
        ),
    ),
    RuleKind(
        Rule.STALE,
        "Its data is older than is promised or allowed.",
        (Label.OUTPUT_PORT, Label.DATASET),
        (
            ParameterKind(
                "maxAge",
                Form.DURATION,
                "At most so old; where the contract promises less, that counts. Left out: what the contract promises.",
                Stricter.SMALLER,
            ),
        ),
    ),
    RuleKind(
        Rule.CROSSING,
        "It reads a dataset of another domain that no output port serves.",
        (Label.JOB, Label.DATA_PRODUCT),
        (
            ParameterKind(
                "except",
                Form.IDS,
                "Ids of domains whose datasets anybody may read.",
                Stricter.FEWER,
                default=(),
            ),
        ),
    ),
    RuleKind(Rule.CYCLE, "Its data comes back to it by way of other products.", (Label.DATA_PRODUCT,)),
    RuleKind(Rule.ORPHAN, "No product has it, and no job that is known writes it.", (Label.DATASET,)),
    RuleKind(
        Rule.UNAGREED,
        "It takes from a port that asks for an access agreement, and none in force allows it.",
        (Label.DATA_PRODUCT,),
    ),
    RuleKind(Rule.DEPRECATED, "It reads what is deprecated or retired.", (Label.DATA_PRODUCT, Label.JOB)),
)

RULES: Mapping[Rule, RuleKind] = {kind.rule: kind for kind in _KINDS}
"""All rules."""
