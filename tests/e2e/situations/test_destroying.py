"""At the end of keeping two people destroy a case: everywhere, with its keys, never silently."""

from datetime import date, timedelta

import pytest
from tests.e2e.second_person import second_person
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.test_erasure_travels import boris_confirms
from tests.e2e.test_moving import values_in_the_journal

from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.tombstones import FORM, read_tombstones
from nrm_desktop.bootstrap import ending_keys
from nrm_desktop.bootstrap.destroying import carry_out_order, destroy_case
from nrm_desktop.bootstrap.erasure_report import erasure_report
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import Refused
from nrm_desktop.storage.trust import SqlTrustStore

pytestmark = [pytest.mark.rule("N9"), pytest.mark.promise("P14")]
WORDS = "Qvarnian"


def in_days(worker, days: int) -> str:
    return (date.fromisoformat(worker.laptop.vault.context.today()) + timedelta(days)).isoformat()


def ended(worker, days: int = -1):
    case = worker.opens_a_case()
    worker.writes_at(
        case, {"screening[+1].given_name": WORDS, "screening[+1].why_now": f"{WORDS} words"}
    )
    worker.prepares_the_end(case, in_days(worker, days))
    worker.closes(case, "own_wish")
    return case


def keys_of(worker, case):
    return worker.laptop.vault.database.read(lambda db: SqlTrustStore(db).epochs(case)).result()


def tombstones(worker):
    vault = worker.laptop.vault
    return read_tombstones(vault.reader.register(FORM, vault.sight).cells)


def destroys(worker, case):
    return destroy_case(worker.laptop.vault, case, boris_confirms(worker.laptop))


def test_it_takes_the_day_two_people_and_nobody_who_keeps_it(tmp_path):
    with workers(tmp_path) as [ana]:
        vault, second = ana.laptop.vault, second_person(ana.laptop.vault)
        early, case = ended(ana, 3), ended(ana)
        with pytest.raises(Refused, match=r"erasure\.not_yet") as refused:
            destroy_case(vault, early, second)
        assert refused.value.params["until"] == in_days(ana, 3)
        with pytest.raises(Refused, match=r"erasure\.needs_second"):
            destroy_case(vault, case, None)
        hold = ana.keeps(case)
        with pytest.raises(Refused, match=r"erasure\.legal_hold"):
            destroy_case(vault, case, second)
        ana.lets_go(case, hold)
        ana.begins_again(case)
        with pytest.raises(Refused, match=r"policy\.still_open"):
            destroy_case(vault, case, second)

        assert WORDS in values_in_the_journal(ana, case)
        assert keys_of(ana, case)
        assert tombstones(ana) == ()


def test_what_stays_is_a_line_with_the_code_and_nothing_of_the_person(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ended(ana)
        code = ana.sees(case).row.code
        destroy_case(ana.laptop.vault, case, second_person(ana.laptop.vault))

        assert ana.sees(case) is None
        assert WORDS not in values_in_the_journal(ana, case)
        (stone,) = tombstones(ana)
        assert (stone.code, stone.ground, stone.by) == (code, "retention_ended", ("P-01", "P-99"))
        assert stone.class_id == "closed_adult"
        assert WORDS not in repr(stone)


def own(worker):
    return worker.laptop.vault.session.safe.device.id


def test_every_laptop_erases_and_then_no_laptop_has_a_key_any_more(tmp_path):
    with workers(tmp_path, 3) as everybody:
        ana, boris, _ = everybody
        case = ended(ana)
        code = ana.sees(case).row.code
        stick = tmp_path / "stick"
        everybody_meets(stick, *everybody)
        destroys(ana, case)

        assert keys_of(ana, case), "the order travels under them: they are needed still"
        (report,) = erasure_report(ana.laptop.vault.session, case)
        assert {one.device for one in report.devices if one.is_done} == {own(ana)}
        assert len(report.devices) == 3
        ana.laptop.sync(stick)
        boris.laptop.sync(stick)
        assert boris.sees(case) is None
        assert WORDS not in values_in_the_journal(boris, case)
        assert keys_of(boris, case), "somebody has not been heard from yet"
        everybody_meets(stick, *everybody)
        everybody_meets(stick, *everybody)

        for worker in everybody:
            assert keys_of(worker, case) == ()
            assert verify_vault(worker.laptop.vault).is_sound
        for worker in (ana, boris):
            assert [(one.code, one.ground) for one in tombstones(worker)] == [
                (code, "retention_ended")
            ]
        other = ana.opens_a_case()
        everybody_meets(stick, *everybody)
        assert boris.sees(other) is not None, "the exchange goes on"
        assert keys_of(ana, case) == (), "no stick brings them again"


def test_a_laptop_that_is_never_heard_from_keeps_the_keys_of_others_for_thirty_days(
    tmp_path, monkeypatch
):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ended(ana)
        stick = tmp_path / "stick"
        everybody_meets(stick, ana, boris)
        destroys(ana, case)
        ana.laptop.sync(stick)
        assert keys_of(ana, case)
        monkeypatch.setattr(ending_keys, "GRACE_MS", 0)
        ana.laptop.sync(stick)
        assert keys_of(ana, case) == ()
        (report,) = erasure_report(ana.laptop.vault.session, case)
        assert [one.label for one in report.devices if not one.is_done], "and is named"

        boris.laptop.sync(stick)
        assert boris.sees(case) is None, "whoever comes later opens the order with its own key"
        boris.laptop.sync(stick)
        ana.laptop.sync(stick)
        assert keys_of(ana, case) == (), "no keybox brings them again"
        assert verify_vault(ana.laptop.vault).is_sound


def test_what_was_written_without_knowing_of_it_is_not_lost_and_keeps_the_keys(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ended(ana)
        stick = tmp_path / "stick"
        everybody_meets(stick, ana, boris)
        boris.begins_again(case)
        boris.writes_at(case, {"screening[+1].given_name": "Olena"})
        destroys(ana, case)
        ana.laptop.sync(stick)
        everybody_meets(stick, boris, ana)

        assert WORDS not in values_in_the_journal(boris, case)
        for worker in (ana, boris):
            assert "Olena" in values_in_the_journal(worker, case)
            assert keys_of(worker, case)


@pytest.mark.rule("R5")
def test_a_whole_file_that_the_person_wants_gone_leaves_its_code_alone(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"screening[+1].given_name": WORDS})
        code = ana.sees(case).row.code
        vault = ana.laptop.vault
        order = EraseOrder("asked for", "P-01", whole_case=True, second="P-99")
        carry_out_order(vault, case, order, second_person(vault))

        (stone,) = tombstones(ana)
        assert (stone.code, stone.ground) == (code, "order")
        assert WORDS not in values_in_the_journal(ana, case)
