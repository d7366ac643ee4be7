"""S11: somebody cannot read, signs with a mark, or is deaf. Consent needs no written word."""

import pytest
from tests.e2e.situations.people import workers

from nrm_desktop.app.commands import ConsentRowGiven, RecordConsent
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("S11"), pytest.mark.rule("R20")]
SPOKEN = {
    "a mark": {"consent.form": ("mark", ""), "consent.aid": ("read_aloud", "pictures")},
    "spoken": {"consent.form": ("verbal", ""), "consent.aid": ("audio",)},
    "sign language": {"consent.form": ("verbal", ""), "consent.consent_language": "sgn"},
}


@pytest.mark.rule("R31")
@pytest.mark.parametrize("how", SPOKEN)
def test_an_agreement_counts_without_a_typed_or_written_word_of_the_person(tmp_path, how):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"screening[+1].still_in": "yes", "screening[+1].danger_now": "no"})
        shelter = ana.knows_a_service("shelter", "House by the lake")
        asked = tuple((FieldId(name), answered(value)) for name, value in SPOKEN[how].items())
        row = ConsentRowGiven("refer", shelter, (("needs", "yes"), ("risk", "yes")), "no_end")

        ana.laptop.vault.handle(RecordConsent(scope=case, rows=(row,), asked=asked))

        assert ana.would_pass(case, shelter).disclosure.rests_on_permission
        sent = ana.passes(case, shelter, tmp_path / "out")
        assert sent.included > 0
        form = ana.finds(case, "consent.form")
        assert form == [SPOKEN[how]["consent.form"]]


def test_every_kind_of_signature_can_be_chosen_and_none_of_them_needs_words(tmp_path):
    with workers(tmp_path) as [ana]:
        kinds = ana.laptop.vault.forms.codelist("sign").offered()
        assert {"signature", "mark", "verbal"} <= set(kinds)
