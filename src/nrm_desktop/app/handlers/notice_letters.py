"""Making the letter about a consent taken back from what the case and the directory say.

This module decides where each part of the letter comes from. It reads no answer of the case.
"""

from __future__ import annotations

from nrm_desktop.app.context import Context
from nrm_desktop.app.handlers.registers import directory_entry, find_recipients
from nrm_desktop.app.notice_letter import NoticeLetter, answer_by, must_be_safe
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.domain.notices import Notice


def letter_of(uow: UnitOfWork, context: Context, notice: Notice, language: str) -> NoticeLetter:
    """Say what the letter about one file says. Writes nothing.

    Raises: Refused `policy.notice_not_safe` where somebody decided that telling is not safe.
    """
    must_be_safe(notice)
    return NoticeLetter(
        language=language,
        prepared_on=context.today(),
        answer_by=answer_by(context.today()),
        sender=" · ".join(filter(None, (context.organisation_name, context.badge))),
        contact=_own_contact(uow, context),
        recipient_name=directory_entry(uow, context, notice.passed.recipient).name,
        passed=notice.passed,
        parts=notice.parts,
        is_practice=context.is_practice,
    )


def _own_contact(uow: UnitOfWork, context: Context) -> str:
    """How our own organisation is reached, where the directory knows it by its name."""
    own = find_recipients(uow, context, context.organisation_name)
    entries = (directory_entry(uow, context, RecipientId(entry)) for entry in own)
    return next((one.contact for one in entries if one.contact), "")
