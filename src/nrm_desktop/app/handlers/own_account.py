"""What one person told is that person's: it is not written into the file of another (N16, S12).

People met together tell like things, each in own words. Where a whole sentence of an account stands
word for word in another file, somebody copied it, and the save is refused with the reason. Every
way in ends in this one save: the window, whatever was pasted there, the command line, an import and
a form that was written while it was locked.

- Only the account is looked at, and only a paragraph of at least eight words.
- Nobody learns where the words stand: not the code, and not how many files.
- Moving an answer out of the wrong file is another act, and leaves nothing behind (R37).

Source: nrm.md N16, S12; forms.md form l20.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nrm_desktop.app.commands import CellAnswer
from nrm_desktop.app.context import Context
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value

FEWEST_WORDS: Final = 8
"""Fewer may be the same by chance: "Works in a bar", "Does not know the address"."""


def must_be_own_account(
    uow: UnitOfWork, context: Context, scope: ScopeId, answers: Sequence[CellAnswer]
) -> None:
    """Raises: Refused `policy.account_of_another` with the field whose words stand elsewhere."""
    for one in answers:
        field = context.forms.field(one.field)
        if field.compartment != Compartment.ACCOUNT or not one.answer.is_answered:
            continue
        for told in _paragraphs(one.answer.value):
            if uow.is_told_elsewhere(scope, Compartment.ACCOUNT, told):
                raise Refused("policy.account_of_another", field=field.id)


def _paragraphs(value: Value) -> Iterator[str]:
    texts: Iterable[Value] = value if isinstance(value, tuple) else (value,)
    for text in texts:
        if isinstance(text, str):
            yield from (line for line in text.splitlines() if len(line.split()) >= FEWEST_WORDS)
