"""An order to erase reaches every device of the case, whenever what it names arrives (P14, T8)."""

from contextlib import closing

import pytest
from tests.e2e.laptops import PLACE, made_once, new_record, three_laptops, two_laptops
from tests.e2e.second_person import second_person
from tests.e2e.test_attachments_travel import add

from nrm_desktop.app.commands import CellAnswer, SaveAnswers
from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.wire.bundle import decode_bundle
from nrm_desktop.app.wire.pack_file import range_reader, read_index, read_object
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.attachments import vault_chunks
from nrm_desktop.bootstrap.erasing import Confirmed, erase
from nrm_desktop.bootstrap.erasure_report import erasure_report
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.acts import EraseFacts
from nrm_desktop.domain.attachments import FILE
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.security.roster.acts import ActPlace, make_act
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.orders import done_orders

WHY = FieldId("screening.why_now")
WORDS, EARLIER = "Qvarnian words", "Exuldian words"

pytestmark = [pytest.mark.promise("P14"), pytest.mark.threat("T8")]


def boris_confirms(ana) -> Confirmed:
    signer = made_once()[1].signer
    facts = ana.vault.session.roster.powers.organisation.signers[signer.id]
    return Confirmed("P-02", facts.user, signer)


def erase_why(ana, case, **more):
    order = EraseOrder(
        "asked for", ana.vault.context.badge, frozenset({WHY}), second="P-02", **more
    )
    return erase(ana.vault, case, order, boris_confirms(ana))


def written(laptop, case) -> str:
    """All that the journal of a laptop still holds in its segments and its waiting room."""

    def look(connection):
        held = [one.signed.segments for one in Journal(connection).commits()]
        waiting = connection.execute("SELECT commit_bytes FROM journal_pending").fetchall()
        return repr((held, waiting))

    return laptop.vault.database.read(look).result()


@pytest.fixture
def shared(tmp_path):
    """A case that Ana and Boris both hold, with words that are wrong twice."""
    ana, boris = two_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, WHY, EARLIER)
    ana.save(case, record, WHY, WORDS)
    ana.save(case, record, PLACE, "shelter")
    ana.sync(stick)
    boris.sync(stick)
    ana.sync(stick)
    yield ana, boris, stick, case, record
    ana.close()
    boris.close()


def test_a_colleague_erases_at_the_next_exchange_and_both_hold_the_same(shared):
    ana, boris, stick, case, record = shared
    assert WORDS in written(boris, case)
    erase_why(ana, case)
    ana.sync(stick)

    report = boris.sync(stick)

    assert report.erasures_done == 1
    assert WORDS not in written(boris, case)
    assert EARLIER not in written(boris, case)
    assert boris.standing(case, record, WHY) == [None]
    assert boris.values(case, record, PLACE) == ["shelter"]
    assert boris.digest == ana.digest
    assert verify_vault(boris.vault).is_sound
    assert boris.sync(stick).erasures_done == 0


def test_words_of_a_colleague_go_also_where_they_were_written(shared):
    """The order names commits of every device; who wrote them makes no difference."""
    ana, boris, stick, case, record = shared
    boris.save(case, record, WHY, "Boris wrote Zulqarnian")
    boris.sync(stick)
    ana.sync(stick)
    erase_why(ana, case)
    ana.sync(stick)

    boris.sync(stick)

    assert "Zulqarnian" not in written(boris, case)
    assert boris.digest == ana.digest


def test_what_an_order_names_is_not_let_in_when_it_comes_later(tmp_path):
    """Cleo hears of the order before the words: they never lie on her laptop."""
    ana, boris, cleo = three_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, WHY, WORDS)
        ana.sync(stick)
        cleo.sync(stick)
        ana.sync(stick)
        boris.sync(stick)
        commits = boris.vault.database.read(lambda db: list(Journal(db).commits())).result()
        erase_why(ana, case)
        ana.sync(stick)
        cleo.sync(stick)
        assert WORDS not in written(cleo, case)

        for commit in commits:  # an old stick brings them again
            if commit.header.scope == case:
                cleo.vault.session.work.run(lambda unit, one=commit: unit.take_in(one.signed))

        assert WORDS not in written(cleo, case)
        assert verify_vault(cleo.vault).is_sound


def test_an_order_without_a_second_person_is_obeyed_by_nobody(shared):
    """A changed program on one laptop signs alone; the others see that it does not count."""
    ana, boris, stick, case, _ = shared
    session = ana.vault.session
    [named] = [
        (commit.id[:16], tuple(ref.unit for ref in commit.header.segments))
        for commit in ana.vault.database.read(lambda db: list(Journal(db).commits())).result()
        if WORDS in repr(commit.signed.segments)
    ]
    for second in (None, session.safe.signer.id):
        heads = session.roster.powers.heads(case)
        place = ActPlace(session.organisation, case, heads, ana.vault.context.clock.now_ms())
        made = make_act(session.safe.signer, place, EraseFacts((named,), "mine", second))
        ana.vault.database.with_trust(
            lambda trust, one=made: trust.add_act(one.act.act, case, one.signed)
        )
        session.roster.add_own((made,))
    ana.sync(stick)

    report = boris.sync(stick)

    assert report.erasures_done == 0
    assert WORDS in written(boris, case)


def test_an_order_in_one_case_touches_no_other(shared):
    ana, boris, stick, case, _ = shared
    other = ana.open_case()
    ana.save(other, new_record(), WHY, "Words of somebody else")
    ana.sync(stick)
    boris.sync(stick)
    session, second = ana.vault.session, boris_confirms(ana)
    named = tuple(
        (commit.id[:16], tuple(ref.unit for ref in commit.header.segments))
        for commit in ana.vault.database.read(lambda db: list(Journal(db).commits())).result()
        if "somebody else" in repr(commit.signed.segments)
    )
    heads = session.roster.powers.heads(case)
    place = ActPlace(session.organisation, case, heads, ana.vault.context.clock.now_ms())
    facts = EraseFacts(named, "a mistake", second.signer.id)
    made = make_act(session.safe.signer, place, facts, second=second.signer)
    ana.vault.database.with_trust(lambda trust: trust.add_act(made.act.act, case, made.signed))
    session.roster.add_own((made,))
    ana.sync(stick)

    boris.sync(stick)

    assert "somebody else" in written(boris, other)


def test_what_stays_because_it_was_written_anew_stays_everywhere(shared):
    ana, boris, stick, case, record = shared
    ana.vault.handle(
        SaveAnswers(
            scope=case,
            answers=(
                CellAnswer(record, WHY, answered("third words")),
                CellAnswer(record, FieldId("screening.salutation"), answered("Ms")),
            ),
        )
    )
    ana.sync(stick)
    boris.sync(stick)
    erase_why(ana, case, re_assert=frozenset({"*"}))
    ana.sync(stick)

    boris.sync(stick)

    assert boris.values(case, record, FieldId("screening.salutation")) == ["Ms"]
    assert "third words" not in written(boris, case)
    assert boris.digest == ana.digest


def test_orders_about_many_cases_wait_for_a_person(tmp_path):
    """A hostile or mistaken lead does not empty a colleague's laptop (sync.md section 19)."""
    ana, boris = two_laptops(tmp_path)
    stick = tmp_path / "stick"
    with ana, boris:
        cases = [(ana.open_case(), new_record()) for _ in range(7)]
        for case, record in cases:
            ana.save(case, record, WHY, WORDS)
        ana.sync(stick)
        boris.sync(stick)
        ana.sync(stick)
        for case, _ in cases[:6]:
            erase_why(ana, case)
        ana.sync(stick)

        report = boris.sync(stick)

        assert report.erasures_done == 0
        assert [alarm.kind for alarm in report.alarms] == ["many_erasures"]
        assert all(WORDS in written(boris, case) for case, _ in cases)
        boris.sync(stick, takes_many=True)
        assert boris.digest == ana.digest
        assert len(boris.vault.database.read(done_orders).result()) == 6


def test_a_person_from_outside_cannot_be_the_second(shared):
    ana, boris, stick, case, _ = shared
    order = EraseOrder("asked for", ana.vault.context.badge, frozenset({WHY}), second="P-99")
    erase(ana.vault, case, order, second_person(ana.vault))  # certified here, by a registrar
    ana.sync(stick)
    boris.sync(stick)

    assert boris.digest == ana.digest


def test_a_laptop_that_joins_a_cleaned_stick_holds_the_same(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, WHY, WORDS)
        ana.save(case, record, PLACE, "shelter")
        ana.sync(stick)
        boris.sync(stick)
        erase_why(ana, case)
        for laptop in (ana, boris, ana, cleo):
            report = laptop.sync(stick)

        assert report.alarms == ()
        assert cleo.values(case, record, PLACE) == ["shelter"]
        assert cleo.standing(case, record, WHY) == [None]


def test_the_report_says_who_has_erased_and_who_was_not_heard_from(shared):
    ana, boris, stick, case, _ = shared
    erase_why(ana, case)

    def states():
        [order] = erasure_report(ana.vault.session, case)
        return {one.device: one.is_done for one in order.devices}

    own, other = (one.vault.session.safe.device.id for one in (ana, boris))
    assert states()[own] is True
    assert states()[other] is False
    ana.sync(stick)
    boris.sync(stick)
    ana.sync(stick)
    assert states()[other] is True


def opened_on(laptop, stick) -> str:
    """All commits that lie on a stick and that the keys of a laptop open."""

    def look(unit):
        keys, found = unit.desk.keys(), []
        for path in sorted(stick.rglob("*.nrmx")):
            data = path.read_bytes()
            read = range_reader(data)
            for row in read_index(read, len(data), None).rows:
                if row.kind == ObjectType.BUNDLE and keys.place_of(row) is not None:
                    body = keys.open(read_object(read, row)).body
                    found += [one.signed.segments for one in decode_bundle(body)]
        return repr(found)

    return VaultExchange(laptop.vault.session).run(look)


def test_nothing_of_it_is_left_on_the_stick_once_everybody_was_there(shared):
    ana, boris, stick, case, record = shared
    boris.save(case, record, FieldId("screening.salutation"), "Herbert")
    boris.sync(stick)
    ana.sync(stick)
    assert WORDS in opened_on(ana, stick)
    erase_why(ana, case)
    for laptop in (ana, boris, ana, boris):
        laptop.sync(stick)

    left = opened_on(ana, stick)
    assert WORDS not in left
    assert EARLIER not in left
    assert "Herbert" in left


def test_chunks_of_an_erased_attachment_leave_both_laptops_and_the_stick(shared, tmp_path):
    ana, boris, stick, case, _ = shared
    kept, _ = add(ana, case, tmp_path, 900)
    gone, _ = add(ana, case, tmp_path, 700)
    ana.sync(stick)
    boris.sync(stick)
    assert len(boris.vault.attachments.desk.rows(case)) == 2
    view = ana.vault.reader.case(case, ana.vault.sight)
    [record] = [cell.record for cell in view.cells if str(cell.acting.op) == gone]
    order = EraseOrder(
        "asked for",
        ana.vault.context.badge,
        frozenset({FILE}),
        items=frozenset({record}),
        second="P-02",
        re_assert=frozenset({"*"}),
    )
    done = erase(ana.vault, case, order, boris_confirms(ana))
    assert done.chunks == 1
    for laptop in (ana, boris, ana, boris):
        laptop.sync(stick)

    held = [len(packs_of_chunks(stick)), chunk_rows(ana), chunk_rows(boris)]
    assert held == [1, 1, 1]
    assert boris.vault.attachments.desk.read(case, kept)
    for laptop in (ana, boris):
        laptop.vault.attachments.close()


def packs_of_chunks(stick) -> list:
    found = []
    for path in stick.rglob("*.nrmx"):
        data = path.read_bytes()
        rows = read_index(range_reader(data), len(data), None).rows
        found += [row.name for row in rows if row.kind == ObjectType.CHUNK]
    return found


def chunk_rows(laptop) -> int:
    with closing(vault_chunks(laptop.vault.session)) as chunks:
        return chunks._do(lambda db: db.execute("SELECT count(*) FROM chunk").fetchone()[0])
