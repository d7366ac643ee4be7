"""After an order to erase, the value is nowhere on this device, and the chain still holds (P14)."""

import pytest
from tests.e2e.laptops import copy_of, made_once
from tests.e2e.second_person import second_person
from tests.faults.chance import seeded

from nrm_desktop.app.commands import CellAnswer, KeepDraft, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.erasing import EraseOrder, must_be_allowed_to_erase, read_order
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.app.wire.commit import missing_units
from nrm_desktop.bootstrap.erasing import Confirmed, erase, look_at_erasure
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.additions import Spot, named
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.projections import digests, rebuild

GIVEN = FieldId("screening.given_name")
FAMILY = FieldId("screening.family_name")
REFERENCE = FieldId("screening.own_reference")
PLACE = FieldId("screening.place_type")
WHY = FieldId("screening.why_now")
SECOND = "P-99"


@pytest.fixture
def vault(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as found:
        yield found.vault


@pytest.fixture
def case(vault):
    return vault.handle(OpenCase(child=NOT_ASKED))[0].scope


@pytest.fixture
def record(vault, case):
    new = NewRecord(vault.context.new_record(), "screening")
    say(vault, case, new.record, {REFERENCE: "B-1"}, new)
    return new.record


def say(vault, case, record, words, *opens):
    answers = tuple(CellAnswer(record, name, answered(text)) for name, text in words.items())
    vault.handle(SaveAnswers(scope=case, answers=answers, opens=opens))


def order(vault, *fields, **more):
    given = {"ground": "asked for", "ordered_by": vault.context.badge, "second": "P-99"}
    return EraseOrder(**given, fields=frozenset(fields), **more)


def standing(vault, case):
    view = vault.reader.case(case, vault.sight)
    return {cell.field: cell.acting.answer for cell in view.cells}


def history(vault, case):
    return vault.reader.history(case, vault.sight, 100).rows


@pytest.mark.promise("P14")
def test_all_versions_of_a_field_go_and_others_of_the_same_save_stay(vault, case, record):
    say(vault, case, record, {REFERENCE: "Qvarnia", PLACE: "shelter"})
    say(vault, case, record, {REFERENCE: "Qvarnie"})

    done = erase(
        vault, case, order(vault, REFERENCE, re_assert=frozenset({PLACE})), second_person(vault)
    )

    assert (done.versions, done.kept) == (3, 1)
    said = standing(vault, case)
    assert said[REFERENCE] is None
    assert said[PLACE].value == "shelter"
    assert vault.reader.search("Qvarnia", vault.sight, 10).hits == ()
    assert verify_vault(vault).is_sound


@pytest.mark.promise("P14")
def test_a_field_that_is_erased_alone_takes_no_other_along(vault, case, record):
    say(vault, case, record, {GIVEN: "Qvarnia", FAMILY: "Uxbelo"})

    done = erase(vault, case, order(vault, GIVEN), second_person(vault))

    assert (done.versions, done.kept) == (1, 0)
    assert vault.reader.search("Qvarnia", vault.sight, 10).hits == ()
    found = vault.reader.search("Uxbelo", vault.sight, 10).hits
    assert {hit.field for hit in found} == {FAMILY}


@pytest.mark.promise("P14")
def test_nothing_goes_silently_that_nobody_ordered(vault, case, record):
    say(vault, case, record, {REFERENCE: "Qvarnia", PLACE: "shelter"})
    plan = look_at_erasure(vault, case, order(vault, REFERENCE))
    assert [one.name for one in plan.neighbours] == [PLACE]

    with pytest.raises(Refused) as refused:
        erase(vault, case, order(vault, REFERENCE), second_person(vault))

    assert refused.value.params["fields"] == [PLACE]
    assert standing(vault, case)[REFERENCE].value == "Qvarnia"


@pytest.mark.promise("P14")
def test_a_superseded_value_does_not_come_back_by_a_rebuild(vault, case, record):
    say(vault, case, record, {WHY: "the first words"})
    say(vault, case, record, {WHY: "the second words"})
    erase(vault, case, order(vault, WHY), second_person(vault))

    def remake(db):
        db.execute("BEGIN IMMEDIATE")
        before = digests(db)
        rebuild(db)
        after = digests(db)
        db.execute("COMMIT")
        return before == after

    assert vault.database.write(remake).result()
    assert standing(vault, case)[WHY] is None


@pytest.mark.promise("P14")
def test_a_segment_that_comes_again_is_not_taken_in_again(vault, case, record):
    """A colleague's device still has the value, and sends it with the next exchange."""
    say(vault, case, record, {WHY: "Qvarnian words"})
    whole = [
        one
        for one in vault.database.read(lambda db: list(Journal(db).commits())).result()
        if one.header.scope == case
    ]
    erase(vault, case, order(vault, WHY, re_assert=frozenset({"*"})), second_person(vault))

    for commit in whole:
        vault.session.work.run(lambda unit, one=commit: unit.take_in(one.signed))

    assert standing(vault, case)[WHY] is None
    held = vault.database.read(lambda db: list(Journal(db).commits())).result()
    gone = [one for one in held if one.id in {each.id for each in whole} and missing_units(one)]
    assert gone, "what was erased stays erased"
    assert verify_vault(vault).is_sound


@pytest.mark.promise("P14")
def test_drafts_of_an_erased_field_go_too(vault, case, record):
    say(vault, case, record, {WHY: "kept"})
    key = DraftKey(vault.context.user, case, record)
    draft = Draft(key, "screening", ((WHY, 0, "Qvarnian draft", 0),), 1)
    vault.handle(KeepDraft(draft=draft))

    done = erase(vault, case, order(vault, WHY), second_person(vault))

    assert done.drafts == 1
    assert vault.reader.drafts(vault.context.user, case) == ()


@pytest.mark.promise("P1")
def test_a_draft_without_words_is_none(vault, case, record):
    key = DraftKey(vault.context.user, case, record)
    vault.handle(KeepDraft(draft=Draft(key, "screening", ((WHY, 0, "typed", 0),), 1)))
    vault.handle(KeepDraft(draft=Draft(key, "screening", (), 2)))

    assert vault.reader.drafts(vault.context.user, case) == ()


@pytest.mark.promise("P14")
def test_words_that_were_to_stand_beside_an_erased_answer_go_with_it(vault, case, record):
    """What a page of rights keeps names the answer that it speaks about."""
    say(vault, case, record, {WHY: "kept"})
    beside = named(Spot(record, WHY, 0))
    typed = ((beside, 0, "Qvarnian words", 0), ("day", 0, "2026-11-20", 0))
    key = DraftKey(vault.context.user, case, RecordId(b"p" * 16))
    vault.handle(KeepDraft(draft=Draft(key, "page:correction", typed, 1)))

    done = erase(vault, case, order(vault, WHY), second_person(vault))

    assert done.drafts == 1
    [draft] = vault.reader.drafts(vault.context.user, case)
    assert draft.fields == typed[1:]


@pytest.mark.promise("P14")
@pytest.mark.promise("P6")
def test_what_else_was_typed_into_such_a_draft_is_not_lost(vault, case, record):
    """The order names a field; nobody ordered the unsaved words beside it to go."""
    say(vault, case, record, {WHY: "kept"})
    key = DraftKey(vault.context.user, case, record)
    typed = ((WHY, 0, "Qvarnian draft", 0), (REFERENCE, 0, "unsaved words", 0))
    vault.handle(KeepDraft(draft=Draft(key, "screening", typed, 1)))

    erase(vault, case, order(vault, WHY), second_person(vault))

    [draft] = vault.reader.drafts(vault.context.user, case)
    assert draft.fields == typed[1:]


@pytest.mark.promise("P14")
def test_the_history_says_that_something_was_erased_and_not_what(vault, case, record):
    say(vault, case, record, {WHY: "Qvarnian words"})
    erase(vault, case, order(vault, WHY), second_person(vault))

    rows = [row for row in history(vault, case) if row.field == WHY]

    assert [row.is_erased for row in rows] == [True]
    assert "Qvarnian" not in repr(rows)


def test_a_whole_case_goes_with_its_code(vault, case, record):
    say(vault, case, record, {GIVEN: "Qvarnia", FAMILY: "Uxbelo"})

    erase(vault, case, order(vault, whole_case=True), second_person(vault))

    assert vault.reader.case(case, vault.sight) is None
    assert not vault.reader.search("Uxbelo", vault.sight, 10).hits
    assert verify_vault(vault).is_sound


def test_an_order_about_nothing_is_refused(vault, case):
    with pytest.raises(Refused, match="nothing"):
        erase(vault, case, order(vault, WHY), second_person(vault))


@pytest.mark.parametrize("badge", [None, "P-98", "P-01"])
def test_a_worker_alone_erases_nothing(vault, case, record, badge):
    second = None if badge is None else second_person(vault, badge)
    with pytest.raises(Refused, match="needs_second"):
        erase(vault, case, order(vault, REFERENCE), second)


def test_a_second_person_whom_nobody_certified_is_none(vault, case, record):
    known = second_person(vault)
    stranger = Confirmed(known.badge, known.user, SignerKeys(bytes(range(32))))
    with pytest.raises(Refused, match="needs_second"):
        erase(vault, case, order(vault, REFERENCE), stranger)
    assert vault.session.roster.powers.erasures(case) == ()

    assert standing(vault, case)[REFERENCE].value == "B-1"


def test_an_order_for_somebody_else_is_refused(vault):
    other = EraseOrder("asked for", "P-77", frozenset({WHY}))
    with pytest.raises(Usage):
        must_be_allowed_to_erase(vault.context, other, (SECOND,))


@pytest.mark.parametrize(
    "given",
    [
        [],
        {},
        {"ground": "x"},
        {"ground": "x", "ordered_by": "P-01"},
        {"ground": " ", "ordered_by": "P-01", "fields": ["a.b"]},
        {"ground": "x", "ordered_by": 7, "fields": ["a.b"]},
        {"ground": "x", "ordered_by": "P-01", "fields": "a.b"},
        {"ground": "x", "ordered_by": "P-01", "fields": ["a.b"], "items": ["zz"]},
        {"ground": "x", "ordered_by": "P-01", "fields": ["a.b"], "colour": "red"},
    ],
)
def test_an_order_of_another_shape_is_refused(given):
    with pytest.raises(Usage):
        read_order(given)


@pytest.mark.promise("P14")
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_erased_the_journal_stays_sound_and_a_rebuild_is_equal(vault, case, seed):
    chance = seeded(seed)
    names = [GIVEN, FAMILY, REFERENCE, WHY]
    records = [vault.context.new_record() for _ in range(2)]
    for record in records:
        say(vault, case, record, {REFERENCE: "B-0"}, NewRecord(record, "screening"))
    for number in range(12):
        some = chance.sample(names, chance.randint(1, 3))
        say(vault, case, chance.choice(records), dict.fromkeys(some, f"words {number}"))
    for _ in range(3):
        wanted = order(
            vault,
            chance.choice(names),
            items=frozenset(chance.sample(records, chance.randint(0, 1))),
            re_assert=frozenset({"*"}),
        )
        if look_at_erasure(vault, case, wanted).segments:
            erase(vault, case, wanted, second_person(vault))
        assert verify_vault(vault).is_sound
