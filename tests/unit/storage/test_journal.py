"""The journal: heads, the row of the start check, forks, what waits and how much may wait."""

from dataclasses import replace

import pytest
from tests.contract.vaults import CASE, RealVault, author, give, said, value, write
from tests.fakes.signer import fake_device

from nrm_desktop.app.wire.commit import without_units
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.journal import Journal, column
from nrm_desktop.storage.pending import Pending
from nrm_desktop.storage.verify import start_problems


def states(vault):
    return Journal(vault.connection).state


@pytest.fixture
def theirs(tmp_path):
    vault = RealVault(tmp_path / "theirs.db")
    yield vault
    vault.close()


def test_the_state_names_the_last_commit_and_sums_the_heads(vault):
    by = author()
    write(vault, by, value("a"))
    write(vault, by, value("b"))
    write(vault, by, value("c"), compartment=4)

    commits, state = vault.commits(), states(vault)

    heads = [commits[1].id, commits[2].id]
    assert (state.commits, state.last_commit) == (3, commits[2].id)
    assert state.digest == sum(int.from_bytes(head, "big") for head in heads) % (1 << 256)
    assert [head.commit for head in Journal(vault.connection).heads()] == heads
    assert start_problems(vault.connection) == []


def test_the_sum_of_heads_is_the_same_for_every_order_of_arrival(vault, theirs, tmp_path):
    me, they = author("P-01"), author("P-02")
    write(theirs, they, value("a"))
    write(theirs, they, value("b"), compartment=4)
    other = RealVault(tmp_path / "other.db")
    for commit in theirs.commits():
        give(vault, me, commit, they.signer)
    for commit in reversed(theirs.commits()):
        give(other, me, commit, they.signer)

    assert states(vault).digest == states(other).digest
    other.close()


def test_the_quick_check_finds_a_commit_that_is_missing(vault):
    by = author()
    write(vault, by, value("a"))
    write(vault, by, value("b"))
    vault.connection.execute("DELETE FROM journal_segment WHERE place = 2")
    vault.connection.execute("DELETE FROM journal_commit WHERE place = 2")

    assert start_problems(vault.connection) == ["journal.last_commit", "journal.commits"]


def test_both_branches_of_a_fork_are_kept_and_the_log_is_flagged(vault, theirs, tmp_path):
    me, they = author("P-01"), author("P-02")
    clone = RealVault(tmp_path / "clone.db")
    write(theirs, they, value("a"))
    write(clone, replace(they, random=me.random), value("b"))
    write(clone, replace(they, random=me.random), value("c"))
    for commit in (*theirs.commits(), *clone.commits()):
        give(vault, me, commit, they.signer)

    (head,) = Journal(vault.connection).heads()

    assert head.is_forked
    assert (head.seq, head.commit) == (2, clone.commits()[1].id)
    assert sorted(said(vault, me)) == ["a", "b", "c"]
    clone.close()


def test_the_commits_of_a_log_come_behind_a_number(vault):
    by = author()
    for text in "abc":
        write(vault, by, value(text))
    journal = Journal(vault.connection)
    log = LogKey(CASE, 1, by.device)

    assert [each.header.seq for each in journal.commits_of(log, 1)] == [2, 3]
    assert journal.head(LogKey(CASE, 1, fake_device("nobody"))) is None
    assert journal.ids_at(log, 9) == frozenset()


def test_a_time_beyond_every_calendar_still_fits_its_column():
    assert column(Hlc((1 << 48) - 1, 65535)) == (1 << 63) - 1
    assert column(Hlc(5, 1)) == Hlc(5, 1).to_int()


class TestWithheldValues:
    def test_a_withheld_value_is_filled_in_when_it_comes(self, vault, theirs):
        me, they = author("P-01"), author("P-02")
        write(theirs, they, value("a"))
        full = theirs.commits()[0]
        empty = replace(full, signed=without_units(full, {0}))

        assert give(vault, me, empty, they.signer).outcome == "applied"
        assert (
            vault.run(me, lambda unit: unit.standing(value("a").record, value("a").field, CASE))[
                0
            ].answer
            is None
        )
        taken = give(vault, me, full, they.signer)

        assert taken.outcome == "duplicate"
        assert taken.touched == ((value("a").record, value("a").field),)
        assert said(vault, me) == ["a"]
        assert give(vault, me, full, they.signer).touched == ()

    def test_a_value_that_is_there_is_never_taken_away(self, vault, theirs):
        me, they = author("P-01"), author("P-02")
        write(theirs, they, value("a"))
        full = theirs.commits()[0]
        give(vault, me, full, they.signer)

        give(vault, me, replace(full, signed=without_units(full, {0})), they.signer)

        assert said(vault, me) == ["a"]


class TestPending:
    def waiting(self, theirs, count):
        they = author("P-02")
        for number in range(count + 1):
            write(theirs, they, value(str(number)))
        return theirs.commits()[1:]

    def pending(self, vault, **limits):
        vault.connection.execute("BEGIN")
        return Pending(vault.connection, **limits)

    def test_the_oldest_is_given_up_when_too_many_wait(self, vault, theirs):
        pending = self.pending(vault, most=2)
        commits = self.waiting(theirs, 4)
        for commit in commits:
            pending.add(commit, commit.header.prev)

        assert pending.count() == 2
        assert pending.take_waiting_for(commits[0].header.prev) == []
        (kept,) = pending.take_waiting_for(commits[2].header.prev)
        assert (kept.id, pending.count()) == (commits[2].id, 1)

    def test_bytes_are_limited_too(self, vault, theirs):
        commits = self.waiting(theirs, 3)
        size = len(commits[0].signed.encode())
        pending = self.pending(vault, most_bytes=2 * size + size // 2)
        for commit in commits:
            pending.add(commit, commit.header.prev)

        assert pending.count() == 2

    def test_the_same_commit_waits_once_and_room_is_given_back(self, vault, theirs):
        pending = self.pending(vault, most=2)
        commits = self.waiting(theirs, 2)
        for commit in (*commits, *commits):
            pending.add(commit, commits[0].header.prev)
        assert pending.count() == 2

        taken = pending.take_waiting_for(commits[0].header.prev)

        assert [each.id for each in taken] == [each.id for each in commits]
        total = vault.connection.execute("SELECT commits, bytes FROM journal_pending_total")
        assert total.fetchall() == [(0, 0)]


def test_answers_are_stored_as_they_were_said(vault):
    by = author()
    write(vault, by, value(("2026-11", 1)))

    standing = vault.run(by, lambda unit: unit.standing(value("a").record, value("a").field, CASE))

    assert standing[0].answer == answered(("2026-11", 1))


def asked(journal, commits):
    """Everything that is asked of a journal about some commits."""
    log = commits[0].header.log
    return (
        journal.head(log).commit,
        [journal.place_of(one.id) for one in commits],
        [journal.place_of(one.id[:16]) for one in commits],
        [journal.ids_at(log, one.header.seq) for one in commits],
        [one.id for one in journal.commits_of(log, 1)],
        [head.commit for head in journal.heads()],
        [journal.commit_at(place).signed for place in (1, 2, 3)],
    )


@pytest.mark.parametrize("first", range(7))
def test_what_was_appended_answers_the_same_before_it_is_written_and_after(vault, theirs, first):
    """Whatever is asked first: some of it is answered from memory, the rest writes before."""
    they = author("P-02")
    for word in "abc":
        write(theirs, they, value(word))
    commits = theirs.commits()
    one_by_one = Journal(theirs.connection)
    gathering = Journal(vault.connection, appends_alone=True)
    questions = [
        lambda: gathering.head(commits[0].header.log).seq,
        lambda: gathering.place_of(commits[2].id),
        lambda: gathering.place_of(bytes(32)),
        lambda: gathering.ids_at(commits[0].header.log, 2),
        lambda: gathering.other_heads(commits[0].header.log, 0),
        lambda: gathering.commit_at(2),
        lambda: list(gathering.commits()),
    ]
    vault.connection.execute("BEGIN")
    for commit in commits:
        gathering.append(commit)
    questions[first]()

    assert asked(gathering, commits) == asked(one_by_one, commits)
    gathering.save_state()
    vault.connection.execute("COMMIT")
    assert start_problems(vault.connection) == []


def test_a_commit_whose_id_only_begins_like_one_in_memory_is_not_taken_for_it(vault, theirs):
    they = author("P-02")
    write(theirs, they, value("a"))
    (commit,) = theirs.commits()
    gathering = Journal(vault.connection, appends_alone=True)
    gathering.append(commit)

    assert gathering.place_of(commit.id[:16]) == 1
    assert gathering.place_of(commit.id[:16] + bytes(16)) is None
