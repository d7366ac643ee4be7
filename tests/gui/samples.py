"""Questions of every type and lines of pages, as presenters make them; invented content only."""

from nrm_desktop.app.condition import Condition, Reason, State
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.domain.ids import OpId, ScopeId
from nrm_desktop.domain.values import FieldType, Source
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.conflicts import ConflictCard, VersionCard
from nrm_desktop.ui.presenters.field_spec import FieldSpec, GroupRow
from nrm_desktop.ui.presenters.safety import SafetyFacts
from nrm_desktop.ui.presenters.same_person import AlikeLine

OP = OpId(bytes(16), 0)

ALL_SOURCES = (Source.PERSON, Source.OBSERVED, Source.DOCUMENT, Source.THIRD_PARTY)
FEW = (Choice("border", "Border crossing"), Choice("port", "Port"), Choice("other", "Other"))
SOME = tuple(Choice(f"n{number}", f"Need number {number}") for number in range(8))
MANY = (
    *(Choice(f"c{number}", f"Country {number}") for number in range(60)),
    Choice("xk", "Kosovo"),
)
LABELS = {
    FieldType.YESNO: "Is the person hungry, tired, ill or cold?",
    FieldType.LONG: "What the person said, in the person's own words",
}


def spec_of(kind: FieldType, **changes) -> FieldSpec:
    """A question of a type, with guidance, reason and sources."""
    choices = {
        FieldType.ONE: FEW,
        FieldType.MANY: SOME,
        FieldType.SELECTION: SOME,
        FieldType.COUNTRY: MANY,
        FieldType.LANGUAGE: MANY,
        FieldType.REF: FEW,
        FieldType.SIGN: FEW,
    }.get(kind, ())
    return FieldSpec(
        **{
            "id": f"sample.{kind.value}",
            "type": kind,
            "label": LABELS.get(kind, f"Question of type {kind.value}"),
            "guidance": "Ask only if the person wants to speak about it.",
            "why": "To know which help can be offered now.",
            "neutral": "Q 14",
            "choices": choices,
            "sources": ALL_SOURCES,
            **changes,
        }
    )


def all_specs() -> tuple[FieldSpec, ...]:
    """One question of every type."""
    return tuple(spec_of(kind) for kind in FieldType)


def row(row_id: str) -> GroupRow:
    """A row of a group with two questions."""
    return GroupRow(
        row_id,
        f"Person {row_id}",
        (
            spec_of(FieldType.ONE, id=f"sample.group.{row_id}.role"),
            spec_of(FieldType.TEXT, id=f"sample.group.{row_id}.badge", is_code=True),
        ),
    )


MISSING = SafetyFacts(
    WayBack(False, 0, 5, is_check_due=False),
    Condition(State.READ_ONLY, (Reason.DAMAGED,), ("audit.7",)),
)
A_LINE = AlikeLine(
    ScopeId(bytes(16)),
    "YE7T-9BRZ",
    "In YE7T-9BRZ: Mariam Ossei. The same in both: nationality. Different: year of birth.",
)
A_CONFLICT = ConflictCard(
    "c1",
    "YE7T-9BRZ",
    "Last contact with the people who exploited",
    "Until somebody decides, “less than a month ago” is used, because it protects more.",
    (
        VersionCard(
            OP, "Less than a month ago", "P-01 on Laptop 1", "25 Nov 2026, 14:02", "", acts=True
        ),
        VersionCard(OP, "More than three months", "P-02 on Laptop 2", "25 Nov 2026"),
    ),
)
