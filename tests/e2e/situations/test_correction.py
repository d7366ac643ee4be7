"""What the person says is wrong stands beside the answer, with its day, wherever that goes."""

import json
from pathlib import Path

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.situations.test_own_copy import copy_of_the_file, text_of
from tests.e2e.test_moving import moved, order, values_in_the_journal

from nrm_desktop.app.commands import AddCorrection
from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.said_beside import additions_of
from nrm_desktop.bootstrap.erasing import erase
from nrm_desktop.domain.additions import WORDS
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId

NAME = "screening.given_name"
SAID = "Qvxzname is how it is spelled"


def beside(worker, case) -> dict[str, list[tuple[str, str]]]:
    said = additions_of(worker.sees(case).cells)
    return {spot.field: [(one.on, one.text) for one in some] for spot, some in said.items()}


def a_file(ana):
    case = ana.opens_a_case()
    ana.writes_at(case, {"screening[+1].given_name": "Olena", "screening[+1].danger_now": "yes"})
    return case


@pytest.mark.rule("R9")
def test_it_stands_beside_the_answer_on_every_laptop_and_nothing_is_overwritten(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = a_file(ana)
        ana.hears_otherwise(case, NAME, SAID, "2026-11-20")
        everybody_meets(tmp_path / "stick", ana, boris)
        boris.hears_otherwise(case, NAME, "And with one n")
        everybody_meets(tmp_path / "stick", boris, ana)

        for worker in (ana, boris):
            assert worker.finds(case, NAME) == ["Olena"]
            assert beside(worker, case) == {
                NAME: [("2026-11-20", SAID), ("2026-11-24", "And with one n")]
            }


@pytest.mark.rule("R10")
@pytest.mark.rule("R26")
def test_it_goes_wherever_the_answer_goes_and_nowhere_else(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        ana.hears_otherwise(case, NAME, SAID)
        harbour = ana.knows_a_service("health", "Harbour Clinic")
        ana.asks(case, harbour, needs="yes", identity="no")
        without = text_of(ana.passes(case, harbour, tmp_path / "a", **life(ana)).path, tool)
        ana.asks(case, harbour, identity="yes")
        with_it = text_of(ana.passes(case, harbour, tmp_path / "b").path, tool)
        own = text_of(copy_of_the_file(ana, case, tmp_path / "c").path, tool)
        made = copy_of_the_file(ana, case, tmp_path / "c", way="json")

        assert "Qvxzname" not in without
        for text in (with_it, own):
            assert "Olena" in text
            assert f"The person says, 24 November 2026: {SAID}" in " ".join(text.split())
        included = json.loads(Path(made.path).read_bytes())["included"]
        (name,) = [one for one in included if one["field"] == NAME]
        assert [(one["on"], one["words"]) for one in name["additions"]] == [("2026-11-24", SAID)]
        went = [entry[0] for entry in ana.finds(case, "disclosure.d_fields")]
        assert sum(str(one).startswith(WORDS) for entry in went for one in entry) == 3


def life(_ana):
    return {"ground": "vital_interest", "reason": "a fever", "second": "P-02"}


@pytest.mark.rule("S14")
def test_an_ended_case_takes_it_and_hands_out_the_own_copy(tmp_path, tool):
    """The rights of the person do not end with the support."""
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        ana.prepares_the_end(case)
        ana.closes(case, "own_wish")
        ana.hears_otherwise(case, NAME, SAID)

        assert SAID in text_of(copy_of_the_file(ana, case, tmp_path / "out").path, tool)
        assert ana.sees(case).row.state == "closed"
        with pytest.raises(Refused, match=r"policy\.case_closed"):
            ana.passes(case, ana.knows_a_service("health", "Clinic"), tmp_path / "out", **life(ana))


@pytest.mark.rule("R35")
def test_nobody_writes_beside_what_their_role_does_not_show(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = a_file(ana)
        ana.writes_at(case, {"screening[+1].how_started": "A long account"})
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        cell = next(c for c in ana.sees(case).cells if c.field == "screening.how_started")
        with pytest.raises(Usage, match=r"usage\.not_found"):
            cleo.laptop.vault.handle(said_about(case, cell))
        with pytest.raises(Usage):
            ana.hears_otherwise(case, NAME, "  ")
        with pytest.raises(Refused, match=r"policy\.written_by_program"):
            ana.writes_at(case, {"correction.c[+1].co_words": "by the back door"})
        assert beside(ana, case) == {}


def said_about(case, cell):
    return AddCorrection(scope=case, record=cell.record, name=cell.field, words="Otherwise")


@pytest.mark.rule("N5")
def test_beside_a_sealed_address_nothing_is_written(tmp_path):
    """Words beside it would say where somebody stays, to whoever reads that part of the file."""
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        item = ana.writes_at(case, {"address[+1].ad_street": "12 Qvxzlane"})["address[+1]"]
        command = AddCorrection(
            scope=case,
            record=RecordId(bytes.fromhex(item)),
            name=FieldId("address.ad_street"),
            words="It is number 14",
        )
        with pytest.raises(Usage, match=r"usage\.not_found"):
            ana.laptop.vault.handle(command)


@pytest.mark.rule("R37")
def test_it_moves_with_an_answer_from_the_wrong_file(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right = ana.opens_a_case(), ana.opens_a_case()
        items = ana.writes_at(wrong, {"needs[+1].domain[+1].domain": "leisure"})
        ana.hears_otherwise(wrong, "needs.domain", SAID)
        record = RecordId(bytes.fromhex(items["needs[+1]"]))
        moved(ana, (wrong, right), order(ana, right, record))

        assert beside(ana, right) == {"needs.domain": [("2026-11-24", SAID)]}
        assert beside(ana, wrong) == {}
        assert "Qvxzname" not in values_in_the_journal(ana, wrong)


@pytest.mark.promise("P14")
def test_it_is_erased_with_the_answer_that_it_repeats(tmp_path):
    with workers(tmp_path) as [ana]:
        case = a_file(ana)
        ana.hears_otherwise(case, NAME, SAID)
        vault = ana.laptop.vault
        wanted = EraseOrder("asked for", "P-01", frozenset({FieldId(NAME)}), second="P-99")
        erase(vault, case, wanted, second_person(vault))

        assert "Qvxzname" not in values_in_the_journal(ana, case)
        assert beside(ana, case) == {}
        assert ana.finds(case, "screening.danger_now") == [True]
