"""Cases under the pack for Bulgaria, as its tests need them."""

from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import CaseSeen, Clock, clocks_of
from nrm_desktop.domain.forms.conditions import Context
from nrm_desktop.domain.forms.flow import flow
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, answered

OPENED = "2026-11-26T03:10"
FORMAL = "2026-11-26"


def own_fields(forms: FormSet) -> list[Field]:
    return [one for one in forms.fields() if one.pack == "bg"]


def day(text: str) -> Answer:
    return answered((text, 0))


def record(number: int, form: str, parent: Record | None = None, **answers: Answer) -> Record:
    named = {FieldId(f"{form}.{name}"): answer for name, answer in answers.items()}
    above = parent.record if parent else None
    return Record(RecordId(bytes([number]) * 16), form, above, number, named, OPENED, OPENED)


def clocks(
    forms: FormSet, *records: Record, pathway: Pathway = Pathway.CHILD
) -> dict[str, list[Clock]]:
    seen = CaseSeen(Records(records), pathway)
    found: dict[str, list[Clock]] = {}
    for clock in clocks_of(forms.timetable, seen):
        if clock.rule.pack == "bg":
            found.setdefault(clock.rule.id, []).append(clock)
    return found


def identified(**more: Answer) -> Record:
    return record(
        3,
        "decision",
        dec_step=answered("first_decision"),
        dec_result=answered("positive"),
        dec_date=day(FORMAL),
        **more,
    )


def shown(forms: FormSet, form: str, context: Context) -> set[str]:
    return {one.id for part in flow(forms, form, context) for one in part.fields}
