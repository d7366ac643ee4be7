"""What waits is bounded, and what was given up comes back when it is fetched again."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.vaults import RealVault, author, give, open_record, value, write

from nrm_desktop.storage.intake import Intake
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.projections import Projector, digests

COUNT, MOST = 24, 6


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Two people wrote a case, each after hearing of the other; and an empty vault."""
    room = tmp_path_factory.mktemp("pending")
    people = {name: RealVault(room / f"{name}.db") for name in ("P-02", "P-03")}
    authors = {name: author(name) for name in people}
    signers = [one.signer for one in authors.values()]
    write(people["P-02"], authors["P-02"], open_record())
    for number in range(COUNT - 1):
        name, other = ("P-02", "P-03") if number % 2 else ("P-03", "P-02")
        for commit in people[other].commits():
            give(people[name], authors[name], commit, *signers)
        write(people[name], authors[name], value(str(number)))
    for commit in people["P-03"].commits():
        give(people["P-02"], authors["P-02"], commit, *signers)
    commits, wanted = people["P-02"].commits(), digests(people["P-02"].connection)
    empty = RealVault(room / "empty.db")
    yield commits, wanted, empty.connection
    for vault in (*people.values(), empty):
        vault.close()


@given(st.integers(0, 1 << 16))
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_pending_is_bounded_and_recovers(stage, seed):
    """Without the beginning nothing is applied and little waits; then each fetching brings more."""
    commits, wanted, connection = stage
    chance, devices = Random(seed), {one.header.device for one in commits}  # noqa: S311 - order
    connection.execute("BEGIN IMMEDIATE")
    try:
        journal, pending = Journal(connection), Pending(connection, most=MOST)
        projector = Projector(connection, journal)
        intake = Intake(journal, pending, projector, 0)

        for commit in chance.sample(commits[1:], COUNT - 1):
            assert intake.take_in(commit).outcome == "pending"
            assert pending.count() <= MOST * len(devices)
        assert list(journal.commits()) == []

        intake.take_in(commits[0])
        rounds, held = 0, 0
        while held < COUNT:
            rounds += 1
            for commit in chance.sample(commits, COUNT):  # the store still has all of it
                intake.take_in(commit)
                assert pending.count() <= MOST * len(devices)
            projector.settle()
            before, held = held, len(list(journal.commits()))
            assert held > before
        assert rounds <= COUNT
        assert pending.count() == 0
        assert digests(connection) == wanted
    finally:
        connection.execute("ROLLBACK")
