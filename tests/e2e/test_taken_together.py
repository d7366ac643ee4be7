"""Small bundles are stored together, and one that is refused stops no other (sync.md 5 and 10)."""

import pytest
from tests.e2e.forging import Forger, packed, take_in
from tests.e2e.laptops import PLACE, SALUTATION, new_record, two_laptops

from nrm_desktop.security.keys import SignerKeys


@pytest.fixture
def shared(tmp_path):
    """Ana wrote five cases, Boris has them."""
    ana, boris = two_laptops(tmp_path)
    cases = {ana.open_case(): new_record() for _ in range(5)}
    for case, record in cases.items():
        ana.save(case, record, PLACE, "port")
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    yield ana, boris, cases
    ana.close()
    boris.close()


def next_of(ana, cases, wrong=()):
    """One bundle for each case; some of them with the signature of a stranger."""
    stranger = SignerKeys(bytes(32))
    made = []
    for number, (case, record) in enumerate(cases.items()):
        forger = Forger(ana, case)
        draft = forger.next_draft(record, PLACE, "airport")
        made.append(forger.sealed(draft, stranger if number in wrong else None))
    return made


def transactions(laptop, action) -> int:
    """How often something was made durable meanwhile."""
    seen: list[str] = []
    database = laptop.vault.database
    database.write(lambda found: found.set_trace_callback(seen.append)).result()
    action()
    database.write(lambda found: found.set_trace_callback(None)).result()
    return seen.count("COMMIT")


def test_bundles_of_many_cases_cost_no_more_transactions_than_one(shared, tmp_path):
    ana, boris, cases = shared
    counts = []
    for few in (1, 5):
        for case, record in list(cases.items())[:few]:
            ana.save(case, record, SALUTATION, f"Ms {few}")
        ana.sync(tmp_path / "stick")
        counts.append(transactions(boris, lambda: boris.sync(tmp_path / "stick")))

    assert counts[0] == counts[1]
    assert boris.digest == ana.digest


@pytest.mark.threat("T9")
@pytest.mark.parametrize("wrong", [{0}, {2}, {4}, {0, 1, 3}, set(range(5))])
def test_those_beside_a_refused_one_are_taken_in(shared, tmp_path, wrong):
    ana, boris, cases = shared

    found = take_in(boris, packed(next_of(ana, cases, wrong), tmp_path / "in"))

    assert found.code == ("integrity.signature" if wrong else "")
    for number, (case, record) in enumerate(cases.items()):
        said = ["port"] if number in wrong else ["airport", "port"]
        assert boris.values(case, record, PLACE) == said


@pytest.mark.threat("T9")
def test_a_refused_one_leaves_nothing_of_those_before_it_twice(shared, tmp_path):
    """The first attempt is undone as a whole; what is good is counted once."""
    ana, boris, cases = shared
    before = boris.digest

    take_in(boris, packed(next_of(ana, cases, set(range(5))), tmp_path / "in"))
    assert boris.digest == before

    take_in(boris, packed(next_of(ana, cases, {4}), tmp_path / "in"))
    commits = [
        boris.vault.database.read(
            lambda c, case=case: c.execute(
                "SELECT count(*), count(DISTINCT id) FROM journal_commit JOIN journal_log"
                " USING (log) WHERE scope = ?",
                (case,),
            ).fetchone()
        ).result()
        for case in cases
    ]
    assert all(rows == ids for rows, ids in commits)
    assert commits[0][0] == commits[4][0] + 1
