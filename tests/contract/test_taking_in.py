"""Commits of another device in a unit of work: applied, waiting, twice, forked (T18)."""

from dataclasses import replace

import pytest
from tests.contract.vaults import (
    LANGUAGE,
    NAME,
    RECORD,
    author,
    give,
    open_record,
    said,
    send,
    value,
    write,
)
from tests.fakes.signer import FakeSigner

from nrm_desktop.app.wire.commit import SignedCommit, encode_header, parse_signed
from nrm_desktop.domain.errors import HostileInput


class TestTakingIn:
    """Commits of another device: applied, waiting, twice, forked (T18)."""

    @pytest.fixture
    def pair(self, new_vault):
        mine, theirs = new_vault(), new_vault()
        me, they = author("P-01"), author("P-02")
        return mine, me, theirs, they

    def test_everything_of_another_device_arrives(self, pair):
        mine, me, theirs, they = pair
        first = write(theirs, they, open_record(), value("uk"))
        write(theirs, they, value("ru", replaces=[first[1]]))

        assert send(theirs, mine, me, they.signer) == ["applied", "applied"]
        assert said(mine, me) == ["ru"]

    def test_the_same_commit_twice_changes_nothing(self, pair):
        mine, me, theirs, they = pair
        write(theirs, they, value("uk"))
        send(theirs, mine, me, they.signer)

        assert send(theirs, mine, me, they.signer) == ["duplicate"]
        assert len(mine.commits()) == 1

    def test_what_was_touched_is_named_once(self, pair):
        mine, me, theirs, they = pair
        write(theirs, they, open_record(), value("uk"), value("Olha", field=NAME))

        taken = give(mine, me, theirs.commits()[0], they.signer)

        assert taken.touched == ((RECORD, LANGUAGE), (RECORD, NAME))

    def test_a_commit_behind_a_gap_waits_and_comes_in_when_the_gap_closes(self, pair):
        mine, me, theirs, they = pair
        for text in ("uk", "ru", "en"):
            write(theirs, they, value(text))
        one, two, three = theirs.commits()

        assert give(mine, me, three, they.signer).outcome == "pending"
        assert give(mine, me, two, they.signer).outcome == "pending"
        assert said(mine, me) == []
        assert give(mine, me, one, they.signer).outcome == "applied"
        assert sorted(said(mine, me)) == ["en", "ru", "uk"]

    def test_a_commit_waits_for_what_it_depends_on(self, pair, new_vault):
        mine, me, theirs, they = pair
        write(mine, me, value("uk"))
        send(mine, theirs, they, me.signer)
        write(theirs, they, value("ru"))
        before, dependent = theirs.commits()
        third, newcomer = new_vault(), author("P-03")

        assert give(third, newcomer, dependent, they.signer).outcome == "pending"
        taken = give(third, newcomer, before, me.signer)

        assert taken.outcome == "applied"
        assert sorted(said(third, newcomer)) == ["ru", "uk"]
        assert taken.touched == ((RECORD, LANGUAGE),)

    def test_edits_made_at_the_same_time_both_stand_on_both_sides(self, pair):
        mine, me, theirs, they = pair
        write(mine, me, value("uk"))
        write(theirs, they, value("ru"))

        send(theirs, mine, me, they.signer)
        send(mine, theirs, they, me.signer, they.signer)

        assert sorted(said(mine, me)) == sorted(said(theirs, they)) == ["ru", "uk"]

    def test_a_second_commit_at_a_taken_place_is_kept_as_a_fork(self, pair, new_vault):
        mine, me, theirs, they = pair
        clone = new_vault()
        write(theirs, they, value("uk"))
        write(clone, replace(they, clock=me.clock, random=me.random), value("ru"))

        assert send(theirs, mine, me, they.signer) == ["applied"]
        assert send(clone, mine, me, they.signer) == ["fork"]
        assert sorted(said(mine, me)) == ["ru", "uk"]

    def test_a_commit_whose_predecessor_stands_elsewhere_is_refused(self, pair):
        mine, me, theirs, they = pair
        write(theirs, they, value("uk"))
        write(theirs, they, value("ru"))
        write(theirs, they, value("en"))
        first = theirs.commits()[0]
        send(theirs, mine, me, they.signer)
        moved = _with_predecessor(theirs.commits()[2], first.id, they.signer)

        with pytest.raises(HostileInput) as raised:
            give(mine, me, moved, they.signer)

        assert raised.value.code == "integrity.chain"
        assert len(mine.commits()) == 3

    def test_a_wrong_commit_that_waited_never_stops_the_one_it_waited_for(self, pair):
        mine, me, theirs, they = pair
        write(theirs, they, value("uk"))
        write(theirs, they, value("ru"))
        write(theirs, they, value("en"))
        one, two, three = theirs.commits()
        wrong = _with_predecessor(three, one.id, they.signer)
        assert give(mine, me, wrong, they.signer).outcome == "pending"

        outcomes = [give(mine, me, each, they.signer).outcome for each in (one, two, three)]

        assert outcomes == ["applied"] * 3
        assert len(mine.commits()) == 3

    def test_a_time_far_ahead_is_kept_but_not_followed(self, pair):
        mine, me, theirs, they = pair
        they.clock.set_wall(me.clock.now_ms() + 10 * 365 * 86_400_000)
        write(theirs, they, value("uk"))
        send(theirs, mine, me, they.signer)

        write(mine, me, value("ru"))

        own = [c.header.hlc for c in mine.commits() if c.header.device == me.device]
        assert own[0].wall_ms == me.clock.now_ms()

    def test_deps_name_what_is_new_since_the_last_own_commit(self, pair):
        mine, me, theirs, they = pair
        write(theirs, they, value("uk"))
        send(theirs, mine, me, they.signer)
        write(mine, me, value("ru"))
        write(mine, me, value("en"))

        own = [c.header for c in mine.commits() if c.header.device == me.device]

        assert [len(header.deps) for header in own] == [1, 0]


def _with_predecessor(commit, prev: bytes, signer: FakeSigner):
    """Re-sign a commit with another predecessor, as a member with its key could."""
    header = replace(commit.header, prev=prev)
    data = encode_header(header)
    signed = commit.signed
    return parse_signed(
        SignedCommit(data, signer.sign_commit(data), signed.skeleton_bytes, signed.segments)
    )
