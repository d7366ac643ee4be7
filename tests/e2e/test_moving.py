"""An answer in the wrong file is moved, never copied: whole in one, no word left in the other."""

import json

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.handlers.moving import MoveOrder, read_move
from nrm_desktop.app.wire.commit import ops_of
from nrm_desktop.bootstrap.moving import look_at_move, move_answers
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import NrmError, Refused, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.storage.journal import Journal

pytestmark = pytest.mark.rule("R37")
WORDS = "Qvxzwords about somebody else"


def two_cases(ana):
    """Of one person something was written into the file of another."""
    wrong, right = ana.opens_a_case(), ana.opens_a_case()
    ana.writes_at(wrong, {"screening[+1].given_name": "Olena"})
    items = ana.writes_at(
        wrong,
        {"needs[+1].domain[+1].domain": "leisure", "needs[+1].domain[+1].now": WORDS},
    )
    return wrong, right, RecordId(bytes.fromhex(items["needs[+1]"]))


def order(ana, right, record, **changes):
    facts = {"to": ana.sees(right).row.code, "reason": "wrong_code", "ordered_by": "P-01"}
    return MoveOrder(items=(record,), **{**facts, "second": "P-99", **changes})


def moved(ana, places, wanted):
    return move_answers(ana.laptop.vault, places, wanted, second_person(ana.laptop.vault))


def values_in_the_journal(worker, scope) -> str:
    """Every value that any save of a case still holds, also those that were replaced."""
    vault = worker.laptop.vault
    commits = vault.database.read(lambda db: list(Journal(db).commits())).result()
    return repr([ops_of(one) for one in commits if one.header.scope == scope])


@pytest.mark.rule("N16")
def test_it_stands_whole_in_the_right_file_and_in_no_byte_of_the_wrong_one(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        wrong, right, record = two_cases(ana)
        everybody_meets(tmp_path / "stick", ana, boris)
        assert WORDS in values_in_the_journal(boris, wrong)

        done = moved(ana, (wrong, right), order(ana, right, record))
        everybody_meets(tmp_path / "stick", ana, boris)

        assert set(done.moved.fields) == {"needs.domain", "needs.now"}
        for worker in (ana, boris):
            assert worker.finds(right, "needs.now") == [WORDS]
            assert worker.finds(right, "needs.domain") == ["leisure"]
            assert worker.finds(wrong, "needs.now") == []
            assert worker.finds(wrong, "needs.domain") == []
            assert worker.finds(wrong, "screening.given_name") == ["Olena"], "the rest stays"
            assert WORDS not in values_in_the_journal(worker, wrong)
            assert verify_vault(worker.laptop.vault).is_sound
        (row,) = [one for one in ana.sees(right).records if one.form == "needs.domain"]
        assert row.parent in {one.record for one in ana.sees(right).records}


def test_a_trace_without_words_and_without_the_other_code_stays_in_both(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right, record = two_cases(ana)
        moved(ana, (wrong, right), order(ana, right, record))
        codes = {scope: ana.sees(scope).row.code for scope in (wrong, right)}
        for scope, way, other in ((wrong, "went", right), (right, "came", wrong)):
            assert ana.finds(scope, "moved.mv_way") == [way]
            assert ana.finds(scope, "moved.mv_reason") == ["wrong_code"]
            (fields,) = ana.finds(scope, "moved.mv_fields")
            assert set(fields) == {"needs.domain", "needs.now"}
            traces = [c for c in ana.sees(scope).cells if c.form == "moved"]
            assert WORDS not in repr(traces)
            assert codes[other] not in repr(traces)


def test_who_received_it_meanwhile_is_named(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right, record = two_cases(ana)
        house = ana.knows_a_service("shelter", "House by the lake")
        ana.asks(wrong, house, needs="yes")
        ana.passes(wrong, house, tmp_path / "out")

        done = moved(ana, (wrong, right), order(ana, right, record))

        assert done.moved.recipients == (house,)
        assert ana.finds(wrong, "moved.mv_out") == [(house,)]
        assert ana.finds(right, "moved.mv_out") == [()]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"second": ""}, "erasure.needs_second"),
        ({"ordered_by": "P-77"}, "usage.bad_value"),
        ({"reason": "I felt like it"}, "usage.bad_value"),
        ({"items": (RecordId(b"n" * 16),)}, "usage.not_found"),
    ],
)
def test_what_is_refused_moves_nothing_and_erases_nothing(tmp_path, changes, error):
    with workers(tmp_path) as [ana]:
        wrong, right, record = two_cases(ana)
        facts = {"items": (record,), **changes}
        wanted = MoveOrder(
            **{
                "to": ana.sees(right).row.code,
                "reason": "wrong_code",
                "ordered_by": "P-01",
                "second": "P-99",
                **facts,
            }
        )
        with pytest.raises(NrmError) as refused:
            moved(ana, (wrong, right), wanted)
        assert refused.value.code == error
        assert ana.finds(wrong, "needs.now") == [WORDS]
        assert ana.finds(right, "needs.now") == []
        assert not [one for one in ana.sees(right).records if one.form == "moved"]


@pytest.mark.rule("N15")
def test_a_sign_of_a_child_begins_the_steps_where_it_belongs_and_leaves_a_doubt_behind(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right = ana.opens_a_case(), ana.opens_a_case()
        items = ana.writes_at(wrong, {"screening[+1].birth_date": "2015-05-01"})
        record = RecordId(bytes.fromhex(items["screening[+1]"]))
        assert ana.sees(wrong).row.child == "child"

        moved(ana, (wrong, right), order(ana, right, record))

        assert ana.finds(right, "screening.birth_date") == [("2015-05-01", 0)]
        assert ana.sees(right).row.child == "child"
        assert ana.sees(wrong).row.child == "child", "two people end it, and no move"


@pytest.mark.rule("N16")
def test_nobody_moves_what_their_roles_do_not_show(tmp_path):
    """Ana may write in `legal` and sees her own entries there; what Boris wrote stays his."""
    with workers(tmp_path, 2) as [ana, boris]:
        wrong, right = ana.opens_a_case(), ana.opens_a_case()
        everybody_meets(tmp_path / "stick", ana, boris)
        items = boris.writes_at(wrong, {"stay[+1].stay_status": "irregular"})
        everybody_meets(tmp_path / "stick", boris, ana)
        record = RecordId(bytes.fromhex(items["stay[+1]"]))
        with pytest.raises(Refused, match=r"policy\.role"):
            moved(ana, (wrong, right), order(ana, right, record))
        assert boris.finds(wrong, "stay.stay_status") == ["irregular"]


@pytest.mark.rule("N16")
def test_what_would_be_moved_is_told_before_and_changes_nothing(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right, record = two_cases(ana)
        vault, wanted = ana.laptop.vault, order(ana, right, record, second="")

        looked = look_at_move(vault, (wrong, right), wanted)

        assert set(looked.fields) == {"needs.domain", "needs.now"}
        assert ana.finds(wrong, "needs.now") == [WORDS]
        assert ana.finds(right, "needs.now") == []
        assert not [one for case in (wrong, right) for one in ana.finds(case, "moved.mv_way")]


def test_what_would_be_refused_is_refused_before_a_second_person_is_called(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right, record = two_cases(ana)
        vault, wanted = ana.laptop.vault, order(ana, right, record)
        with pytest.raises(Usage):
            look_at_move(vault, (wrong, wrong), wanted)
        ana.prepares_the_end(right)
        ana.closes(right, "own_wish")
        with pytest.raises(Refused, match=r"policy\.case_closed"):
            look_at_move(vault, (wrong, right), wanted)


def test_nothing_is_moved_into_a_closed_case_or_onto_itself(tmp_path):
    with workers(tmp_path) as [ana]:
        wrong, right, record = two_cases(ana)
        with pytest.raises(Usage):
            moved(ana, (wrong, wrong), order(ana, wrong, record))
        ana.prepares_the_end(right)
        ana.closes(right, "own_wish")
        with pytest.raises(Refused, match=r"policy\.case_closed"):
            moved(ana, (wrong, right), order(ana, right, record))
        assert ana.finds(wrong, "needs.now") == [WORDS]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"to": "A"}',
        '{"to": "A", "items": [], "reason": "other", "ordered_by": "P-01"}',
        '{"to": "A", "items": ["zz"], "reason": "other", "ordered_by": "P-01"}',
        '{"to": 7, "items": ["00"], "reason": "other", "ordered_by": "P-01"}',
        '{"to": "A", "items": ["00"], "reason": "other", "ordered_by": "P-01", "more": 1}',
    ],
)
def test_an_order_of_another_shape_is_refused(text):
    with pytest.raises(Usage):
        read_move(json.loads(text))
