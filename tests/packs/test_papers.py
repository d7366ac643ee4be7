"""Every paper of every pack leaves through the one way out, and says what it does not hold."""

from __future__ import annotations

from functools import cache

import pypdfium2
import pytest
from tests.fakes.desk import PACKS, Desk, included, reasons
from tests.fakes.filling import STREET, fields_of, fill, write_street

from nrm_desktop.documents.fonts import load_fonts
from nrm_desktop.documents.referral_document import ReferralRenderer
from nrm_desktop.domain.disclosure import NOT_ON_PAPER, OWN_REQUEST, THE_PERSON
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.parts import OWN_COPY, REFERRAL
from nrm_desktop.domain.values import FieldType, answered
from nrm_desktop.storage.form_packs import FormPacks
from nrm_desktop.texts import load_translator

RESOURCES = PACKS.parent
LANGUAGES = ("en", "bg", "uk", "ar")
COUNTRIES = ("bg", "gb")
FORMS = {country: FormPacks(PACKS).load([country]).forms for country in COUNTRIES}
OCCASIONS = {
    "bg_plan": [("", OWN_COPY), ("shelter", "refer")],
    "bg_child": [("child_protection", "refer"), ("bg_national_commission", "share_authority")],
    "gb_nrm": [("identification_authority", "share_authority")],
}
"""To whom each paper is given in these tests, and for what. Nobody is the person herself."""
EVERY = [
    (country, layout, *occasion)
    for country, forms in FORMS.items()
    for layout in forms.layouts
    if layout != REFERRAL
    for occasion in OCCASIONS[layout]
]
DANGER = {"screening.danger_now": True}


class Case:
    """Somebody with every field of a paper answered, and everything agreed that can be."""

    def __init__(self, country: str, layout: str, kind: str, purpose: str) -> None:
        self.forms, self.layout = FORMS[country], layout
        self.desk = Desk(forms=self.forms)
        self.service = self.desk.add_service(kind or "shelter", "Lantern House")
        self.scope = self.desk.open_case(answered(layout == "bg_child"))
        self.desk.write(self.scope, "screening", DANGER)
        write_street(self.desk, self.scope)
        fill(self.desk, self.scope, layout, self.service)
        self.more = {"purpose": purpose, "informed": frozenset({"child", "guardian"})}
        groups = self.forms.codelist("data_group").offered()
        if purpose != OWN_COPY:
            agreed = dict.fromkeys(groups, "yes")
            self.desk.ask(self.scope, self.service, agreed, purpose=purpose)
        else:
            self.more["ground"] = OWN_REQUEST
        self.recipient = THE_PERSON if purpose == OWN_COPY else self.service

    def preview(self, **more):
        wanted = {"layout": self.layout, **self.more, **more}
        return self.desk.preview(self.scope, self.recipient, **wanted)

    def sheet(self, language: str = "en"):
        self.desk.referrals.draw(self.preview(), language)
        return self.desk.printer.sheets[-1]


@cache
def case_of(*occasion: str) -> Case:
    """One case for all tests that only look at it."""
    return Case(*occasion)


@pytest.fixture(scope="module")
def fonts():
    return load_fonts(RESOURCES / "fonts")


def renderer(forms, fonts) -> ReferralRenderer:
    return ReferralRenderer(forms, fonts, lambda tag: load_translator(RESOURCES / "texts", tag))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def says_nothing_itself(field) -> bool:
    """A reference to another form names what is printed below it; the program writes its own."""
    is_elsewhere = field.type is FieldType.REF and field.ref not in {"directory", "contact"}
    return is_elsewhere or field.type is FieldType.AUTO


@pytest.mark.rule("R26")
@pytest.mark.parametrize(("country", "layout", "kind", "purpose"), EVERY)
def test_every_field_of_a_paper_is_printed_or_told_as_kept_back(
    fonts, country, layout, kind, purpose
):
    case = case_of(country, layout, kind, purpose)
    decided = case.preview().disclosure
    content = renderer(case.forms, fonts).content(case.sheet())

    printed = {row.label.split(" (")[0] for part in content.sections for row in part.rows}
    told = {kept.group for kept in content.withheld}
    goes = {_top(case.forms, one.item.field) for one in decided.included}
    stays = {_top(case.forms, one.item.field) for one in decided.told_to_stay}
    lost = []
    for part in case.forms.layouts[layout].parts:
        title = case.forms.text(f"layout.{layout}.{part.id}")
        for field in map(case.forms.field, part.fields):
            label = case.forms.text(f"{field.id}.label").split(" (")[0]
            is_on_paper = field.id in goes and label in printed
            is_told = field.id in stays and title in told
            if not (is_on_paper or is_told or says_nothing_itself(field)):
                lost.append(field.id)
    assert lost == []


def _said(one):
    """What goes, and by which rule."""
    return one.item.address, one.item.op, one.rule


def _top(forms, name):
    field = forms.field(name)
    while field.parent is not None:
        field = forms.field(field.parent)
    return field.id


@pytest.mark.rule("N5")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("country", "layout", "kind", "purpose"), EVERY)
def test_no_paper_says_where_the_person_stays(fonts, country, layout, kind, purpose, language):
    case = case_of(country, layout, kind, purpose)

    pdf = renderer(case.forms, fonts).render(case.sheet(language))

    assert STREET not in text_of(pdf)
    assert "Hidden" not in text_of(pdf)
    assert reasons(case.preview())["address.ad_street"]


@pytest.mark.rule("R20")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("country", "layout", "kind", "purpose"), EVERY)
def test_a_paper_has_every_word_in_the_language(fonts, country, layout, kind, purpose, language):
    case = case_of(country, layout, kind, purpose)
    content = renderer(case.forms, fonts).content(case.sheet(language))

    assert content.texts.title == case.forms.texts[language][f"layout.{layout}.title"]
    assert "⟦" not in str(content)


@pytest.mark.rule("R10")
@pytest.mark.parametrize(("country", "layout", "kind", "purpose"), EVERY)
def test_the_danger_stands_first_on_a_paper_for_others_and_the_person_gets_the_paper_alone(
    fonts, country, layout, kind, purpose
):
    case = case_of(country, layout, kind, purpose)
    content = renderer(case.forms, fonts).content(case.sheet())

    is_own = purpose == OWN_COPY
    assert content.sections[0].is_life_risk is not is_own
    assert ("screening.danger_now" in included(case.preview())) is not is_own
    assert content.sections[1].title == (
        case.forms.text(f"layout.{layout}.{case.forms.layouts[layout].parts[0].id}")
        if is_own
        else "From, to, when"
    )


@pytest.mark.rule("N4")
def test_the_commission_gets_next_to_nothing_of_a_notice_and_is_told_so(fonts):
    case = case_of("bg", "bg_child", "bg_national_commission", "share_authority")

    assert set(included(case.preview())) == {"screening.danger_now"}


@pytest.mark.parametrize(("country", "layout", "kind", "purpose"), EVERY)
def test_a_paper_only_narrows_what_a_referral_would_pass(country, layout, kind, purpose):
    """What goes on it would have gone without it too, on the same ground and the same yes."""
    case = case_of(country, layout, kind, purpose)

    without = case.preview(layout="").disclosure
    with_paper = case.preview().disclosure

    assert {_said(one) for one in with_paper.included} <= {_said(one) for one in without.included}
    fields = {one.id for one in fields_of(case.forms, layout)}
    off = {one.item.field for one in with_paper.withheld if one.reason == NOT_ON_PAPER}
    assert fields.isdisjoint(off)


def test_only_the_newest_plan_stands_on_the_paper_and_the_earlier_one_is_not_told():
    case = Case("bg", "bg_plan", "", OWN_COPY)
    case.desk.write(case.scope, "plan", {"plan.plan_end": ("2027-02-01", 0)})

    decided = case.preview().disclosure
    ends = [one.item for one in decided.included if one.item.field == "plan.plan_end"]

    assert [one.answer.value for one in ends] == [("2027-02-01", 0)]
    assert "plan.plan_end" not in {one.item.field for one in decided.told_to_stay}


@pytest.mark.parametrize("layout", ["gb_nrm", "bg_child", "nothing"])
def test_a_paper_that_does_not_fit_is_refused_with_those_that_do(layout):
    case = Case("bg", "bg_plan", "shelter", "refer")

    with pytest.raises(Usage) as refused:
        case.preview(layout=layout)

    assert refused.value.params["allowed"] == (REFERRAL, "bg_plan")


def test_a_paper_is_offered_once_its_form_was_begun():
    desk = Desk(forms=FORMS["bg"])
    service, scope = desk.add_service("shelter"), desk.open_case()

    assert desk.preview(scope, service).layouts == ("",)
    desk.write(scope, "plan", {"plan.plan_end": ("2027-02-01", 0)})
    assert desk.preview(scope, service).layouts == ("", "bg_plan")
    assert desk.preview(scope, service, purpose="share_police").layouts == ("",)


@pytest.mark.rule("N4")
def test_on_an_order_there_is_no_choice_of_paper():
    case = Case("bg", "bg_plan", "police", "refer")
    more = {"purpose": "share_police", "ground": "legal_duty_or_order", "reason": "An order."}

    assert case.preview(layout="", **more).layouts == ("",)


@pytest.mark.rule("R26")
def test_another_paper_does_not_use_up_the_referral_that_is_being_prepared():
    case = Case("bg", "bg_plan", "shelter", "refer")
    draft = {"referral.to_org": case.service, "referral.urgency": "24h"}
    case.desk.write(case.scope, "referral", draft)

    case.desk.send(case.scope, case.service, layout="bg_plan")

    sent = case.desk.answers(case.scope, "referral.sent_at")
    assert len(sent) == 1
    assert case.preview(layout="").draft is not None
    assert len(case.desk.answers(case.scope, "disclosure.d_fields")) == 1


def test_the_digest_names_the_paper():
    case = Case("bg", "bg_plan", "shelter", "refer")

    assert case.preview().disclosure.digest() != case.preview(layout="").disclosure.digest()
