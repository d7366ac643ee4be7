"""The person says that something in the own file is wrong: it is written beside the answer.

Nothing is overwritten, and nobody has to agree first: the addition stands with its day wherever the
answer is shown or goes. An ended case takes it too, since the rights of a person do not end with
the support. It lies in the part of the file in which the answer lies, so whoever may read the one
reads the other, and nobody besides.

Source: forms.md form l9; nrm.md section 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from nrm_desktop.app.commands import AddCorrection, NewRecord
from nrm_desktop.app.context import Context
from nrm_desktop.app.events import CorrectionAdded
from nrm_desktop.app.handlers.answers import fitting
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.records import Saving
from nrm_desktop.app.wire.referral import ReferredField
from nrm_desktop.domain.additions import (
    FORM,
    OF,
    ON,
    PLACE,
    ROW,
    WORDS,
    Said,
    Spot,
    additions,
    named,
)
from nrm_desktop.domain.dates import is_day
from nrm_desktop.domain.errors import Phrase, Refused, Usage
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import Answer, Mark, Source, answered

_MOST_CHARACTERS: Final = 4_000


def add_correction(
    cmd: AddCorrection, uow: UnitOfWork, context: Context
) -> tuple[CorrectionAdded, ...]:
    """Write down beside an answer what the person says about it.

    Raises: Refused `policy.role`; Usage `usage.not_found` where no answer stands there that the
    roles show, `usage.bad_value` for no words, too many, or no day.
    """
    compartment = _place(cmd, uow, context)
    words = cmd.words.strip()
    if not words or len(words) > _MOST_CHARACTERS:
        raise Usage(
            "usage.bad_value",
            what="words",
            allowed=Phrase("1 to {most} characters", most=_MOST_CHARACTERS),
        )
    forms = context.forms
    if not forms.roles.may_fill(context.roles, FORM):
        raise Refused("policy.role", form=FORM)
    on = fitting(forms, forms.field(ON), answered((cmd.on or context.today(), 0)))
    saving = Saving(uow, context, cmd.scope)
    place = Spot(cmd.record, cmd.name, compartment)
    row = _write(saving, context, place, on, answered(words, Source.PERSON, Mark.OWN_WORDS))
    saving.finish()
    uow.audit("answer.correct", (cmd.scope, row))
    return (CorrectionAdded(scope=cmd.scope, item=row, on=_day(on), origin=cmd.origin),)


Places = Mapping[tuple[RecordId, FieldId], Spot]
"""Where a value of a packet lies here, by the record and the question that it came with."""


def write_additions(
    saving: Saving, context: Context, came: Iterable[ReferredField], places: Places
) -> frozenset[RecordId]:
    """Write what came with answers of a packet beside those answers here.

    Shape: gives the records of the packet that were taken; others are kept as they came.
    """
    said = (Said(one.record, one.name, 0, one.answer) for one in came)
    taken: set[RecordId] = set()
    for spot, some in additions(said).items():
        place = places.get((spot.record, spot.field))
        if place is None:
            continue
        for one in some:
            if len(one.text) > _MOST_CHARACTERS or not is_day(one.on):
                continue
            words = answered(one.text, Source.THIRD_PARTY, one.words.marks & Mark.OWN_WORDS)
            _write(saving, context, place, answered((one.on, 0)), words)
            taken.add(one.record)
    return frozenset(taken)


def _write(saving: Saving, context: Context, place: Spot, on: Answer, words: Answer) -> RecordId:
    compartment = Compartment(place.compartment)
    row = saving.begin(NewRecord(context.new_record(), ROW), compartment)
    part = answered(compartment.word)
    about = answered(named(place))
    saving.set_all(row, ((PLACE, part), (OF, about), (ON, on), (WORDS, words)))
    return row


def _day(answer: Answer) -> str:
    return str(answer.value[0]) if isinstance(answer.value, tuple) else ""


def _place(cmd: AddCorrection, uow: UnitOfWork, context: Context) -> Compartment:
    """The part of the file in which the answer lies. Raises: Usage `usage.not_found`."""
    field = context.forms.field(cmd.name)
    is_of_case = context.forms.form(field.form).scope is FormScope.CASE
    # What is sealed is opened by an act; words beside it would say it without one (N5).
    is_open = field.form != FORM and not is_sealed(field.id)
    if is_open and is_of_case and cmd.scope != context.organisation:
        for compartment in Compartment:
            standing = uow.standing(cmd.record, field.id, cmd.scope, compartment)
            if any(each.answer is not None for each in context.seen(standing, compartment)):
                return compartment
    raise Usage("usage.not_found", what="answer", name=field.id)
