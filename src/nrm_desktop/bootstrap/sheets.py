"""Joins the printing of referrals with fonts, packs and catalogues.

Loaded when the first sheet is drawn, so that starting and unlocking pay for no PDF library.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nrm_desktop.app.notice_letter import NoticeLetter
from nrm_desktop.app.proofs import ErasureProof
from nrm_desktop.app.shift_paper import ShiftPaper
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.documents.blank_document import BlankRenderer
from nrm_desktop.documents.erasure_document import erasure_pdf
from nrm_desktop.documents.fonts import FontSet, load_fonts
from nrm_desktop.documents.notice_document import letter_pdf
from nrm_desktop.documents.referral_document import ReferralRenderer
from nrm_desktop.documents.shift_document import shift_pdf
from nrm_desktop.documents.slip_document import SlipContent, slip_pdf
from nrm_desktop.texts import load_translator


def renderer_of(session: Session) -> ReferralRenderer:
    """Make the SheetRenderer of a session."""
    resources = session.safe.shell.resources
    return ReferralRenderer(
        session.context.forms,
        _fonts(resources / "fonts"),
        lambda language: load_translator(resources / "texts", language),
    )


def blank_renderer_of(session: Session) -> BlankRenderer:
    """Make what prints blank forms."""
    resources = session.safe.shell.resources
    return BlankRenderer(
        session.context.forms,
        _fonts(resources / "fonts"),
        lambda language: load_translator(resources / "texts", language),
    )


def proof_of(session: Session, proof: ErasureProof) -> bytes:
    """Draw a proof of erasure in its language."""
    resources = session.safe.shell.resources
    say = load_translator(resources / "texts", proof.language)
    return erasure_pdf(proof, session.context.forms, _fonts(resources / "fonts"), say)


def letter_of(session: Session, letter: NoticeLetter) -> bytes:
    """Draw the letter about a consent taken back in its language."""
    resources = session.safe.shell.resources
    say = load_translator(resources / "texts", letter.language)
    return letter_pdf(letter, session.context.forms, _fonts(resources / "fonts"), say)


def slip_of(session: Session, slip: SlipContent, language: str) -> bytes:
    """Draw the slip of a counter in a language."""
    resources = session.safe.shell.resources
    say = load_translator(resources / "texts", language)
    return slip_pdf(slip, _fonts(resources / "fonts"), say)


def shift_of(session: Session, paper: ShiftPaper, language: str) -> bytes:
    """Draw the hand-over of a shift in a language."""
    shell = session.safe.shell
    say = load_translator(shell.resources / "texts", language)
    fonts = _fonts(shell.resources / "fonts")
    return shift_pdf(paper, session.context.forms, fonts, say, is_practice=shell.is_practice)


@cache
def _fonts(folder: Path) -> FontSet:
    """The shipped fonts, opened once: they never change while the program runs."""
    return load_fonts(folder)
