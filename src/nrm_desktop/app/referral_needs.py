"""What a referral still needs before it is a good one: shown beside the preview, never a lock.

Only recipient, consent or ground, and the recipient's key stop a sending; those are decided by
`handlers.referrals`. What the packs require for `referral.send` besides is told here, so that
nobody has to guess what the other side will ask. What the program fills in itself is left out.

Source: forms.md section 2.
"""

from __future__ import annotations

from collections.abc import Iterable

from nrm_desktop.app.case_records import case_records
from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import CellRow, RecordRow
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.readiness import readiness
from nrm_desktop.domain.values import FieldType

ACT = "referral.send"
_BY_PROGRAM = frozenset({"to_org", "from_person", "consent_ref", "ground", "referral_type"})


def open_questions(
    context: Context,
    cells: Iterable[CellRow],
    rows: Iterable[RecordRow],
    about: tuple[RecordId | None, Pathway],
) -> tuple[FieldId, ...]:
    """List the questions that are still open for sending.

    Shape: `about` is the referral that is being prepared, if there is one, and the pathway.
    """
    draft, pathway = about
    facts = frozenset({"child_pathway"} if pathway is Pathway.CHILD else ())
    found = readiness(context.forms, ACT, case_records(context.forms, cells, rows), draft, facts)
    return tuple(name for name in found.blocking() if _is_for_people(context, name))


def _is_for_people(context: Context, name: FieldId) -> bool:
    field = context.forms.field(name)
    return field.key not in _BY_PROGRAM and field.type is not FieldType.SELECTION
