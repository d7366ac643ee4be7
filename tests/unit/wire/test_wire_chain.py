"""The place of a commit in its log (sync.md 5 step 7, 13): pure, and a jump is never adopted."""

from collections import defaultdict

import pytest
from tools.vector_sets import world as w

from nrm_desktop.app.wire.commit import ChainStep, chain_step
from nrm_desktop.app.wire.hashes import genesis
from nrm_desktop.domain.values import answered


class Log:
    """A log as a journal holds it: ids by number, the accepted beginnings at 0."""

    def __init__(self, *beginnings):
        self.ids = defaultdict(set)
        self.ids[0].update(beginnings)

    def take(self, commit):
        step = chain_step(commit.header, commit.id, self.ids.__getitem__)
        if step in {ChainStep.OK, ChainStep.FORK}:
            self.ids[commit.header.seq].add(commit.id)
        return step


def other(seq, prev):
    return w.received(w.draft((w.set_op("screening.note", answered("other")),), seq, prev))


def test_commits_in_order_are_taken_one_by_one():
    log = Log(w.GENESIS)

    assert [log.take(commit) for commit in w.chain(4)] == [ChainStep.OK] * 4


def test_a_commit_that_is_there_already_is_a_duplicate():
    log, commits = Log(w.GENESIS), w.chain(2)
    for commit in commits:
        log.take(commit)

    assert [log.take(commit) for commit in commits] == [ChainStep.DUPLICATE] * 2


def test_a_jump_is_a_gap_until_what_lies_between_has_come():
    log, (first, second, third) = Log(w.GENESIS), w.chain(3)

    assert log.take(first) is ChainStep.OK
    assert log.take(third) is ChainStep.GAP
    assert log.take(second) is ChainStep.OK
    assert log.take(third) is ChainStep.OK


@pytest.mark.threat("T18")
def test_a_number_used_twice_is_a_fork_and_both_branches_go_on():
    log, (first, second, third) = Log(w.GENESIS), w.chain(3)
    branch = other(2, first.id)
    log.take(first)

    assert log.take(second) is ChainStep.OK
    assert log.take(branch) is ChainStep.FORK
    assert log.take(third) is ChainStep.OK
    assert log.take(other(3, branch.id)) is ChainStep.FORK
    assert log.take(other(4, third.id)) is ChainStep.OK


def test_a_commit_on_a_branch_that_we_lack_waits():
    log, (first, second) = Log(w.GENESIS), w.chain(2)
    log.take(first)
    stray = other(2, w.named("a branch nobody sent", 32))

    assert log.take(stray) is ChainStep.GAP
    assert log.take(second) is ChainStep.OK
    assert log.take(stray) is ChainStep.GAP


def test_a_log_begun_under_an_unknown_grant_waits():
    unknown = genesis(w.CASE, 1, w.POST_ID, w.named("another grant"))

    assert Log(unknown).take(w.chain(1)[0]) is ChainStep.GAP
    assert Log().take(w.chain(1)[0]) is ChainStep.GAP
    assert Log(unknown, w.GENESIS).take(w.chain(1)[0]) is ChainStep.OK


def test_the_beginning_of_a_log_names_scope_compartment_device_and_grant():
    parts = (w.CASE, 1, w.POST_ID, w.GRANT)
    others = (w.OTHER_CASE, 2, w.OFFICE_ID, w.named("another grant"))

    beginnings = {genesis(*parts)} | {
        genesis(*parts[:index], others[index], *parts[index + 1 :]) for index in range(4)
    }

    assert len(beginnings) == 5
