"""Blank forms for the hand: a file on a medium, with a number of its own and nothing of a case."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.wire.hashes import base32
from nrm_desktop.bootstrap.joining import write_file
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.sheets import blank_renderer_of
from nrm_desktop.domain.ids import FormId

_NUMBER_BYTES = 5
_SHEET = ("s", ".pdf")


@dataclass(frozen=True, slots=True)
class BlankSheet:
    """A blank form that was written. Shape: `number` is that of the sheet."""

    file: str
    number: str


def write_blank(session: Session, form: FormId, language: str, folder: str) -> BlankSheet:
    """Write a blank form into a folder. Raises: EnvironmentFault of the medium."""
    shell = session.safe.shell
    text = base32(shell.random(_NUMBER_BYTES))
    number = f"{text[:4]}-{text[4:8]}".upper()
    pdf = blank_renderer_of(session).render(form, number, language, is_practice=shell.is_practice)
    return BlankSheet(write_file(shell, folder, _SHEET, pdf), number)
