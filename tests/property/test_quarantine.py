"""Quarantine over random orders: what stands depends on commits and marks, never on their order.

Two people write, each in place of answers of the other. Every commit is held, adopted or let be,
and judged before or after the others have come; all of it in a transaction that is undone.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.vaults import CASE, LANGUAGE, RECORD, RealVault, author, value, write

from nrm_desktop.domain.ids import ID_BYTES, SignerId
from nrm_desktop.storage.exchange import state_digest
from nrm_desktop.storage.intake import Intake
from nrm_desktop.storage.journal import Journal
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.projections import Projector, digests, rebuild
from nrm_desktop.storage.quarantine import Mark, Quarantine

LEAD = SignerId(b"lead" * 4)
MARKS = (None, Mark("left"), Mark("lost"), Mark("left", LEAD))
COMMITS = 8


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Eight commits of two people, each replacing some of what came before, and an empty vault."""
    room = tmp_path_factory.mktemp("quarantine")
    people = ("P-01", "P-02")
    sources = {name: RealVault(room / f"{name}.db") for name in people}
    authors = {name: author(name) for name in people}
    ops: list[object] = []
    for number in range(COMMITS):
        name = people[number % 2]
        replaces = ops[-1 - number % 3 :] if number % 4 else ()
        ops += write(sources[name], authors[name], value("abc"[number % 3], replaces=replaces))
    commits = [one for name in people for one in sources[name].commits()]
    empty = RealVault(room / "empty.db")
    yield commits, empty.connection
    for vault in (*sources.values(), empty):
        vault.close()


@pytest.mark.threat("T22")
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(range(COMMITS)),
    marks=st.lists(st.sampled_from(MARKS), min_size=COMMITS, max_size=COMMITS),
    judged=st.sets(st.integers(0, COMMITS)),
)
def test_what_stands_depends_on_no_order(stage, order, marks, judged) -> None:
    commits, connection = stage
    wanted = {one.id: mark for one, mark in zip(commits, marks, strict=True)}
    plain = _played(connection, commits, wanted, judged=set())
    shuffled = _played(connection, [commits[number] for number in order], wanted, judged)
    assert plain == shuffled


def _played(connection, commits, wanted, judged):
    """Take commits in and judge at some steps and at the end; give what stands then."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        journal = Journal(connection)
        projector = Projector(connection, journal)
        intake = Intake(journal, Pending(connection), projector, 0)
        for step, commit in enumerate(commits):
            if step in judged:
                _judge(connection, projector, wanted)
            intake.take_in(commit)
        _judge(connection, projector, wanted)
        rows = connection.execute(
            "SELECT op_commit, signer FROM standing WHERE scope = ? AND record = ? AND field = ?",
            (CASE, RECORD, LANGUAGE),
        ).fetchall()
        _nothing_held_stands(rows, wanted)
        made = digests(connection)
        rebuild(connection)
        assert digests(connection) == made
        return made, state_digest(connection)
    finally:
        connection.execute("ROLLBACK")


def _judge(connection, projector, wanted) -> None:
    projector.settle()
    journal = Journal(connection)
    places = {one: journal.place_of(one) for one, mark in wanted.items() if mark is not None}
    Quarantine(connection).write(
        CASE, {place: (one, wanted[one]) for one, place in places.items() if place is not None}
    )


def _nothing_held_stands(rows, wanted) -> None:
    held = {one[:ID_BYTES] for one, mark in wanted.items() if mark and mark.adopter is None}
    taken = {one[:ID_BYTES] for one, mark in wanted.items() if mark and mark.adopter}
    for commit, signer in rows:
        assert commit not in held
        assert (signer == LEAD) == (commit in taken)
