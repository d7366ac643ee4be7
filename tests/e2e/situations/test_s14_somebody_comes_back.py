"""S14: somebody comes back after years, under another name. The same code, and a new beginning."""

import subprocess

import pytest
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.test_no_plaintext import found_in

from nrm_desktop.app.commands import ResolveConflict
from nrm_desktop.app.said_beside import written_late
from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import RecordId

pytestmark = pytest.mark.rule("S14")
WORD = "Qvxz-BlueKite"


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


def test_what_was_written_in_an_ended_episode_is_not_changed_in_the_next_one(tmp_path):
    """Neither an answer nor a row in it, on any laptop; the new episode writes records anew."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ended(ana)
        everybody_meets(tmp_path / "stick", ana, boris)
        old = next(r.record for r in boris.sees(case).records if r.form == "screening").hex()
        boris.begins_again(case)
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            for address in (
                f"screening[{old}].given_name",
                f"screening[{old}].danger_now",
                f"screening[{old}].situation[+1].tasks",
            ):
                with pytest.raises(Refused, match=r"policy\.episode_ended"):
                    worker.writes_at(case, {address: "no"})
        new = boris.writes_at(case, {"screening[+1].danger_now": "no"})["screening[+1]"]
        boris.writes_at(case, {f"screening[{new}].danger_now": "yes"})
        assert boris.finds(case, "screening.given_name") == ["Olena"]
        assert boris.finds(case, "screening.danger_now") == [True, True]


def test_what_somebody_wrote_who_had_not_heard_of_the_end_is_kept_and_shown(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        old = ana.writes_at(case, {"screening[+1].given_name": "Olena"})["screening[+1]"]
        everybody_meets(tmp_path / "stick", ana, boris)
        ana.prepares_the_end(case)
        ana.closes(case, "own_wish")
        boris.writes_at(case, {f"screening[{old}].given_name": "Olenka"})
        boris.writes_at(case, {"letters[+1].le_where": "with_lawyer"})
        everybody_meets(tmp_path / "stick", ana, boris)

        for worker in (ana, boris):
            assert worker.sees(case).row.state == "closed"
            assert worker.finds(case, "screening.given_name") == ["Olenka"]
            late = {cell.field for cell in written_late(worker.sees(case))}
            assert late == {"screening.given_name", "letters.le_where"}
            assert not late & {"closure.close_reason", "case.state"}
        with pytest.raises(Refused, match=r"policy\.case_closed"):
            boris.writes_at(case, {f"screening[{old}].given_name": "Olena"})


def test_two_versions_in_an_ended_case_are_still_decided_by_a_person(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        old = ana.writes_at(case, {"screening[+1].given_name": "Olena"})["screening[+1]"]
        everybody_meets(tmp_path / "stick", ana, boris)
        boris.writes_at(case, {f"screening[{old}].given_name": "Olenka"})
        ana.writes_at(case, {f"screening[{old}].given_name": "Olga"})
        ana.prepares_the_end(case)
        ana.closes(case, "own_wish")
        everybody_meets(tmp_path / "stick", ana, boris)
        (found,) = ana.laptop.vault.reader.conflicts(ana.laptop.vault.sight, case)

        ana.laptop.vault.handle(
            ResolveConflict(
                scope=case, record=found.record, field=found.field, keep=found.versions[0].op
            )
        )
        assert ana.sees(case).row.conflicts == 0
        assert ana.sees(case).row.state == "closed"


def test_a_request_of_the_person_is_written_down_also_in_an_ended_case(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ended(ana)
        items = ana.writes_at(case, {"access[+1].ac_kind": "see"})
        ana.writes_at(case, {f"access[{items['access[+1]']}].ac_check": "asked for two dates"})
        with pytest.raises(Refused, match=r"policy\.case_closed"):
            ana.writes_at(
                case, {"access[+1].ac_kind": "see", "letters[+1].le_where": "with_lawyer"}
            )
        assert ana.finds(case, "access.ac_kind") == ["see"]
        assert RecordId(bytes.fromhex(items["access[+1]"])) not in ana.sees(case).ended


@pytest.mark.rule("N8")
def test_the_old_code_is_found_by_the_word_the_person_remembers_under_any_name(tmp_path, tool):
    """With the person's help, in the own safe alone: the word is on no paper and in no packet."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        ana.writes(case, **{"screening[+1]__given_name": "Olena", "screening__danger_now": "yes"})
        ana.writes(case, **{"receipt[+1]__rc_way": "memory_word", "receipt__rc_word": WORD})
        ana.prepares_the_end(case)
        ana.closes(case, "moved_or_resettled")
        everybody_meets(tmp_path / "stick", ana, boris)
        lying = [path.read_bytes() for path in (tmp_path / "stick").rglob("*") if path.is_file()]
        assert found_in([WORD], *lying) == set()

        assert boris.searches("QVXZ bluekite") == [boris.sees(case).row.code], "however it is typed"
        assert boris.searches("Maria") == [], "the name that she uses now is no help"
        boris.begins_again(case)

        clinic = boris.knows_a_service("health", "Harbour Clinic")
        boris.asks(case, clinic, **dict.fromkeys(all_groups(boris), "yes"))
        found = boris.would_pass(case, clinic).disclosure
        assert "receipt.rc_word" in {str(kept.item.field) for kept in found.withheld}
        copy = boris.would_pass(case, THE_PERSON, OWN_COPY, ground=OWN_REQUEST).disclosure
        assert "Olena" in {given.item.answer.value for given in copy.included}
        assert WORD not in repr(copy.included), "whoever finds the copy is not known by it"
        sent = boris.passes(case, clinic, tmp_path / "out")
        words = [tool("pdftotext"), sent.path, "-"]
        text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        assert "Olena" in text
        assert WORD not in text


def all_groups(worker):
    return worker.laptop.vault.forms.codelist("data_group").offered()
