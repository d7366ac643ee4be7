"""Writing the letter to a recipient of whom a consent was taken back, as a file on a medium.

This module decides who may write it: whoever may write down that a recipient was told. The file
bears a name that tells nothing, lies beside it first, is read back and named. That it was written
is noted; that the recipient was told is not: a paper that nobody has carried tells nobody.

Source: nrm.md R27, S6; docs/adr/0049.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final

from nrm_desktop.app.handlers.notice_letters import letter_of
from nrm_desktop.app.notice_letter import NoticeLetter, the_notice
from nrm_desktop.app.notices import FORM
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.joining import write_file
from nrm_desktop.bootstrap.paper_language import paper_language
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment

_LETTER: Final = ("l", ".pdf")


@dataclass(frozen=True, slots=True)
class FileAbout:
    """A file that left, by the number that both sides say.

    Shape: `recipient` is an entry of the directory, empty where the number says enough.
    """

    scope: ScopeId
    reference: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter that was written. Shape: `file` is its path."""

    file: str
    letter: NoticeLetter


def write_letter(vault: OpenVault, about: FileAbout, language: str, folder: str) -> WrittenLetter:
    """Write the letter about one file into a folder, in a language.

    Raises: Refused `policy.role`, `policy.notice_not_safe`; Usage `usage.not_found` where nothing
    has to be told about this file, `usage.bad_value` for a language without words;
    EnvironmentFault where the medium fails.
    """
    context, session = vault.context, vault.session
    if not vault.forms.roles.may_fill(context.roles, FORM):
        raise Refused("policy.role", form=FORM)
    context.must_write(Compartment.RIGHTS)
    language = paper_language(vault, language)
    found = tuple(vault.reader.notices(about.scope, vault.sight))
    notice = the_notice(found, about.reference, about.recipient)
    letter = vault.work.run(lambda unit: letter_of(unit, context, notice, language))
    pdf = import_module("nrm_desktop.bootstrap.sheets").letter_of(session, letter)
    file = write_file(session.safe.shell, folder, _LETTER, pdf)
    vault.work.run(lambda unit: unit.audit("consent.letter", (about.scope,)))
    return WrittenLetter(file, letter)
