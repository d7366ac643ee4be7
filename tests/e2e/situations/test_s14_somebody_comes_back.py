"""S14: somebody comes back after years, under another name. The same code, and a new beginning."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.domain.errors import Refused

pytestmark = pytest.mark.rule("S14")


def ended(ana):
    case = ana.opens_a_case()
    ana.writes_at(case, {"screening[+1].given_name": "Olena", "screening[+1].danger_now": "yes"})
    ana.prepares_the_end(case)
    ana.closes(case, "moved_or_resettled")
    return case


def as_it_was(worker, case, records) -> dict:
    cells = worker.sees(case).cells
    return {
        (cell.record, cell.field): cell.acting.answer
        for cell in cells
        if cell.record in records and cell.form not in ("case", "event.e")
    }


def test_a_new_episode_begins_under_the_same_code_and_the_old_one_stays_as_it_was(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ended(ana)
        everybody_meets(tmp_path / "stick", ana, boris)
        code, records = boris.sees(case).row.code, {r.record for r in boris.sees(case).records}
        before = as_it_was(boris, case, records)

        boris.begins_again(case, "2028-02-01")
        boris.writes_at(case, {"screening[+1].given_name": "Maria"})
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            row = worker.sees(case).row
            assert (row.code, row.state, row.support) == (code, "open", "contact")
            assert as_it_was(worker, case, records) == before
            assert sorted(worker.finds(case, "screening.given_name")) == ["Maria", "Olena"]
            assert worker.tracks(case)["support"] == "contact"
            assert worker.finds(case, "event.ev_support") == ["contact"]


def test_only_a_closed_case_begins_again_and_it_can_end_again(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        with pytest.raises(Refused, match=r"policy\.case_open"):
            ana.begins_again(case)
        ana.prepares_the_end(case)
        ana.closes(case, "own_wish")
        ana.begins_again(case)
        with pytest.raises(Refused, match=r"policy\.not_ready"):
            ana.closes(case, "own_wish")
        ana.prepares_the_end(case)
        ana.closes(case, "plan_completed")
        assert sorted(ana.finds(case, "closure.close_reason")) == ["own_wish", "plan_completed"]


@pytest.mark.rule("N8")
def test_the_old_code_is_found_by_the_old_name_and_only_where_the_file_lies(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ended(ana)
        code = ana.sees(case).row.code
        assert code in ana.searches("Olena")
        assert boris.searches("Olena") == [], "the file has not come to this laptop yet"
        everybody_meets(tmp_path / "stick", ana, boris)
        assert code in boris.searches("Olena")
