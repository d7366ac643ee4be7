"""Commits that were looked at before anybody asks: nothing becomes good by it (sync.md 5)."""

from dataclasses import replace

import pytest
from tools.vector_sets import crafted
from tools.vector_sets import world as w

from nrm_desktop.app.wire.commit import parse_signed, without_units
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.signing.ahead import LookedAhead
from nrm_desktop.security.signing.commits import (
    CommitTrust,
    Coverage,
    Place,
    VerifiedCommit,
    WaitingCommit,
    verify_commit,
)

HERE = Place(w.CASE, Compartment.CORE)
KEYS = {w.ADA_ID: w.ADA.public, w.BEN_ID: w.BEN.public}
TRUST = CommitTrust(KEYS.get, lambda header: Coverage.COVERED)


def good():
    return w.received(w.draft(w.varied()))


def changed(commit, **parts):
    return parse_signed(replace(commit.signed, **parts))


def looked_at(*commits, keys=KEYS):
    ahead = LookedAhead()
    ahead.look(commits, keys.get)
    return ahead


def refusal(commit, ahead, place=HERE, trust=TRUST):
    with pytest.raises(HostileInput) as caught:
        verify_commit(commit, place, trust, ahead.take)
    return caught.value.params["step"]


def test_what_was_found_before_is_what_the_check_itself_says():
    commit = good()
    ahead = looked_at(commit)

    verified = verify_commit(commit, HERE, TRUST, ahead.take)

    assert isinstance(verified, VerifiedCommit)
    assert (verified.id, verified.ops, verified.missing) == (commit.id, w.varied(), ())


def test_a_finding_is_given_once_for_the_very_object_and_the_very_key():
    commit = good()
    same_bytes = parse_signed(commit.signed)

    assert looked_at(commit).take(same_bytes, w.ADA.public) is None
    assert looked_at(commit).take(commit, w.BEN.public) is None
    ahead = looked_at(commit)
    assert ahead.take(commit, w.ADA.public) == w.varied()
    assert ahead.take(commit, w.ADA.public) is None


def test_a_wrong_signature_is_no_finding_and_is_refused_in_its_turn():
    forged = changed(good(), signature=bytes(64))
    ahead = looked_at(forged)

    assert ahead.take(forged, w.ADA.public) is None
    assert refusal(forged, ahead) == "signature"


def test_a_part_that_does_not_fit_its_hash_is_no_finding_and_is_refused_in_its_turn():
    commit = good()
    spoilt = changed(commit, skeleton_bytes=commit.signed.skeleton_bytes + b"\x00")
    ahead = looked_at(spoilt)

    assert ahead.take(spoilt, w.ADA.public) is None
    assert refusal(spoilt, ahead) == "segments"


def test_parts_of_another_commit_behind_a_good_header_are_found_out_as_without_looking():
    commit = good()
    other = w.received(w.draft(w.varied(), seq=2, prev=commit.id))
    mixed = changed(commit, segments=other.signed.segments)

    assert refusal(mixed, looked_at(commit, mixed)) == "segments"


def test_a_finding_says_nothing_about_the_place_or_the_grant():
    commit = good()
    none = CommitTrust(KEYS.get, lambda header: Coverage.REFUSED)
    unknown = CommitTrust(KEYS.get, lambda header: Coverage.UNKNOWN)

    elsewhere = Place(w.OTHER_CASE, Compartment.CORE)
    assert refusal(commit, looked_at(commit), place=elsewhere) == "place"
    assert refusal(commit, looked_at(commit), trust=none) == "grant"
    waiting = verify_commit(commit, HERE, unknown, looked_at(commit).take)
    assert isinstance(waiting, WaitingCommit)


def test_a_key_that_was_not_known_when_it_was_looked_at_is_asked_for_again():
    commit = good()
    ahead = looked_at(commit, keys={})

    assert isinstance(verify_commit(commit, HERE, TRUST, ahead.take), VerifiedCommit)


def test_a_signer_whose_key_is_another_by_now_is_checked_anew():
    commit = good()
    ahead = looked_at(commit)
    exchanged = CommitTrust({w.ADA_ID: w.BEN.public}.get, lambda header: Coverage.COVERED)

    assert refusal(commit, ahead, trust=exchanged) == "signature"


def test_an_erased_unit_is_named_all_the_same():
    erased = parse_signed(without_units(good(), {1}))

    assert verify_commit(erased, HERE, TRUST, looked_at(erased).take).missing == (1,)


def test_findings_that_nobody_asks_for_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("nrm_desktop.security.signing.ahead._MOST", 2)
    commits = [good() for _ in range(5)]
    ahead = looked_at(*commits)

    assert [ahead.take(one, w.ADA.public) is None for one in commits] == [True] * 3 + [False] * 2


def test_a_commit_resigned_by_another_signer_is_refused_though_the_first_was_good():
    commit = good()
    resigned = parse_signed(crafted.resigned(commit, seq=9))
    ahead = looked_at(commit)

    assert ahead.take(resigned, w.ADA.public) is None
