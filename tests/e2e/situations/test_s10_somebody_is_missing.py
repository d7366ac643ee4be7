"""S10: a person goes missing. The search comes from the safety plan, and the case stays open."""

import pytest
from tests.e2e.situations.people import workers

from nrm_desktop.domain.errors import Refused


@pytest.mark.rule("S10")
@pytest.mark.rule("R32")
def test_contact_cannot_be_called_ended_while_a_step_of_the_search_is_open(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"safety[+1].if_missing[+1].whom": "a sister"})
        items = ana.writes_at(
            case,
            {
                "missing[+1].m_kind": "does_not_answer",
                "missing[+1].m_steps[+1].what": "call the sister",
                "missing[+1].m_steps[+1].due": "2026-11-25T20:00",
            },
        )
        ana.prepares_the_end(case)

        assert ana.due(case)["search_step"] == "2026-11-25T20:00"
        assert (ana.sees(case).row.code, "search_step") in ana.list_of_today()
        with pytest.raises(Refused, match=r"policy\.cannot_close"):
            ana.closes(case, "contact_ended")
        assert ana.sees(case).row.state == "open"

        search = f"missing[{items['missing[+1]']}]"
        step = f"{search}.m_steps[{items['missing.m_steps[+1]']}]"
        more = ana.writes_at(case, {f"{search}.m_steps[+1].what": "ask the night shelter"})
        ana.writes_at(case, {f"{step}.done_at": "2026-11-25T21:00"})
        with pytest.raises(Refused, match=r"policy\.cannot_close"):  # a step without a time, too
            ana.closes(case, "contact_ended")

        untimed = f"{search}.m_steps[{more['missing.m_steps[+1]']}]"
        ana.writes_at(case, {f"{untimed}.done_at": "2026-11-25T22:00"})
        assert ana.closes(case, "contact_ended").reason == "contact_ended"
        assert ana.sees(case).row.state == "closed"


@pytest.mark.rule("S10")
@pytest.mark.rule("R32")
def test_how_contact_ended_is_kept_in_support_and_the_list_says_the_reason_alone(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.prepares_the_end(case)
        ana.writes_at(
            case,
            {
                "closure.close_reason": "contact_ended",
                "closure.close_detail": "left_after_telling",
            },
        )
        ana.closes(case, "contact_ended")
        view = ana.sees(case)
        places = {cell.field: cell.compartment for cell in view.cells}

        assert places["closure.close_detail"] == 4  # support
        assert "left_after_telling" not in repr(view.row)
        detail = ana.laptop.vault.forms.field("closure.close_detail")
        assert (detail.consent_groups, detail.htcds) == ((), ())


@pytest.mark.rule("S10")
def test_the_word_of_the_list_is_missing_and_nothing_else(tmp_path):
    with workers(tmp_path) as [ana]:
        forms = ana.laptop.vault.forms
        words = [forms.text("missing.title"), forms.text("codelist.event_kind.missing")]
        words += [
            forms.text(f"codelist.missing_kind.{code}")
            for code in forms.codelist("missing_kind").offered()
        ]

        assert words[:2] == ["Person missing", "Missing"]
        assert not [one for one in words if "escap" in one.lower() or "abscond" in one.lower()]
