"""One invented referral as a sheet, with everything that a page can show."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.desk import Desk, base_forms

from nrm_desktop.documents.referral_document import ReferralRenderer
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered
from nrm_desktop.texts import load_translator

TEXTS = Path(__file__).parents[3] / "resources/texts"
SHELTER = "12 Hidden Lane"


def said(value, source=Source.PERSON, **more) -> Answer:
    return Answer(AnswerState.ANSWERED, value, source, **more)


def a_sheet(language: str = "en"):
    """The sheet of a referral to a legal adviser, decided by the real engine."""
    desk = Desk()
    lawyer = desk.add_service("legal", "Lantern House, legal advice")
    scope = desk.open_case(answered(value=False))
    screening = desk.write(scope, "screening", _INTERVIEW)
    for row in _SITUATIONS:
        desk.write(scope, "screening.situation", row, parent=screening)
    for form, row in _ROWS:
        desk.write(scope, form, row, parent=screening)
    contact = {"screening.contact_value": SHELTER}
    desk.write(scope, "screening.safe_contact", contact, parent=screening)
    referral = desk.write(scope, "referral", {**_REFERRAL, "referral.to_org": lawyer})
    for role, organisation in (("Doctor", "Harbour clinic"), ("Interpreter", "العربية، فريق")):
        names = {"role": role, "organisation": organisation, "safe_to_call": True}
        row = {f"referral.professionals.{name}": value for name, value in names.items()}
        desk.write(scope, "referral.professionals", row, parent=referral)
    agreed = ("needs", "risk", "account_summary", "age_and_child")
    answers = {**dict.fromkeys(agreed, "yes"), "identity": "no"}
    desk.ask(scope, lawyer, answers)
    decided = desk.preview(scope, lawyer)
    desk.referrals.draw(decided, language)
    return desk.printer.sheets[-1]


def renderer(fonts) -> ReferralRenderer:
    return ReferralRenderer(base_forms(), fonts, lambda tag: load_translator(TEXTS, tag))


_INTERVIEW = {
    "screening.danger_now": said(value=True),
    "screening.danger_now.text": said("A man in a grey van waits near the station."),
    "screening.medical_now": said(value=False),
    "screening.controller_near": Answer(AnswerState.UNKNOWN),
    "screening.threat_retraffick": Answer(AnswerState.DECLINED),
    "screening.language": said("uk українська"),
    "screening.gender": said("woman"),
    "screening.age_band": said("18-24", Source.OBSERVED),
    "screening.given_name": said("Olena"),
    "screening.how_left": said(
        "I walked out when the gate was open.\nMy sister (Олена) knows; أختي تعرف أيضًا.",
        marks=int(Mark.OWN_WORDS),
    ),
    "screening.age_when_trafficked": said("~19"),
    "screening.started_at": said(("2026-11-22T09:30", 0), Source.NOT_STATED),
    "screening.judgement": said("Consistent in itself.", Source.NOT_STATED),
}
_SITUATIONS = (
    {
        "screening.exploitation_form": said(("labour",)),
        "screening.period_from": said(("2024-05", 1)),
        "screening.period_to": said(("2025-21", 0)),
        "screening.debt": said(value=True),
        "screening.debt.text": said("4,000 euro for the journey"),
    },
    {
        "screening.exploitation_form": said(("labour",)),
        "screening.period_from": said(("2025-08-14", 0)),
    },
)
_ROWS = (("screening.citizenship", {"screening.citizenship.country": said("UA")}),)
_REFERRAL = {
    "referral.urgency": "24h",
    "referral.services": ("shelter", "legal", "interpretation"),
    "referral.must_not_say": "Nothing to the cousin who may call.",
    "referral.jurisdiction": "RO",
}
