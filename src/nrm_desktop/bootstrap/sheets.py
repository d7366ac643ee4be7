"""Joins the printing of referrals with fonts, packs and catalogues.

Loaded when the first sheet is drawn, so that starting and unlocking pay for no PDF library.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nrm_desktop.app.proofs import ErasureProof
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.documents.blank_document import BlankRenderer
from nrm_desktop.documents.erasure_document import erasure_pdf
from nrm_desktop.documents.fonts import FontSet, load_fonts
from nrm_desktop.documents.referral_document import ReferralRenderer
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


@cache
def _fonts(folder: Path) -> FontSet:
    """The shipped fonts, opened once: they never change while the program runs."""
    return load_fonts(folder)
