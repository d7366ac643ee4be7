"""The audit chain: a cut, a change, a removal and an insertion are all visible (P21)."""

import pytest

from nrm_desktop.domain.ids import UserId
from nrm_desktop.storage import engine
from nrm_desktop.storage.access_log import (
    AuditAct,
    AuditWish,
    append_audit,
    audit_head,
    broken_link,
    holds_audit,
    review,
)
from nrm_desktop.storage.engine import DatabaseKey
from nrm_desktop.storage.migrate import migrate

ANA, BEN = UserId(b"a" * 16), UserId(b"b" * 16)
CASE, OTHER = b"c" * 16, b"d" * 16
ACTS = (
    (ANA, 1_000, AuditAct("vault.unlock")),
    (ANA, 2_000, AuditAct("case.show", (CASE,))),
    (BEN, 3_000, AuditAct("case.show", (OTHER,))),
    (BEN, 4_000, AuditAct("referral.issue", (CASE, OTHER), "packet")),
    (ANA, 5_000, AuditAct("search")),
)

COPY_OF_THE_LAST = (
    "INSERT INTO audit SELECT 6, at_ms, user, act, subjects, detail, hash FROM audit WHERE seq = 5"
)


@pytest.fixture
def log(tmp_path):
    connection = engine.create_database(
        tmp_path / "vault.db", DatabaseKey(bytes(range(32)), bytes(range(16)))
    )
    migrate(connection, 0)
    for user, at_ms, did in ACTS:
        append_audit(connection, user, at_ms, did)
    yield connection
    connection.close()


@pytest.mark.promise("P21")
def test_an_untouched_chain_holds(log):
    assert broken_link(log) is None


@pytest.mark.promise("P21")
@pytest.mark.parametrize(
    ("change", "first"),
    [
        ("UPDATE audit SET act = 'case.list' WHERE seq = 2", 2),
        ("UPDATE audit SET user = x'62626262626262626262626262626262' WHERE seq = 1", 1),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 5", 5),
        ("UPDATE audit SET subjects = x'80' WHERE seq = 4", 4),
        ("UPDATE audit SET detail = 'pdf' WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq = 3", 4),
        ("DELETE FROM audit WHERE seq = 1", 2),
        (COPY_OF_THE_LAST, 6),
    ],
)
def test_whatever_is_changed_in_the_chain_is_named(log, change, first):
    log.execute(change)

    assert broken_link(log) == first


@pytest.mark.promise("P21")
def test_a_cut_tail_is_seen_by_the_head_that_was_noted_elsewhere(log):
    noted = audit_head(log)
    assert holds_audit(log, noted)

    log.execute("DELETE FROM audit WHERE seq = 5")

    assert broken_link(log) is None, "the rest of the chain holds: only the noted head tells"
    assert not holds_audit(log, noted)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (AuditWish(), [5, 4, 3, 2, 1]),
        (AuditWish(act="case"), [3, 2]),
        (AuditWish(act="case.show"), [3, 2]),
        (AuditWish(act="cas"), []),
        (AuditWish(user=BEN), [4, 3]),
        (AuditWish(subject=CASE), [4, 2]),
        (AuditWish(subject=OTHER, user=BEN), [4, 3]),
        (AuditWish(since_ms=2_000, until_ms=4_000), [3, 2]),
    ],
)
def test_a_review_finds_what_was_asked_for_newest_first(log, wish, found):
    assert [row.seq for row in review(log, wish, 10)] == found


def test_a_review_goes_on_behind_a_number(log):
    first = review(log, AuditWish(), 2)
    second = review(log, AuditWish(), 2, first[-1].seq)

    assert [row.seq for row in (*first, *second)] == [5, 4, 3, 2]
