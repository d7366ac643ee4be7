"""What has a key or a password in it shows neither where it is written out (T4, P3)."""

import pytest

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.exchange_ports import ReplyAddress, ReplyKeys
from nrm_desktop.app.ports import EpochKey
from nrm_desktop.domain.ids import RecipientId, ScopeId

SECRET = b"secret-secret-secret-secret-1234"
CASE = ScopeId(b"case............")
WISH = ReferralWish(CASE, RecipientId("ab" * 16), "refer")


@pytest.mark.parametrize(
    "holder",
    [
        EpochKey(CASE, 1, b"epoch", SECRET),
        EpochKey(CASE, 1, b"epoch", None, ((1, SECRET),)),
        ReplyKeys(b"reference", CASE, b"root", SECRET, SECRET),
        ReplyAddress(b"reference", CASE, b"root", SECRET, SECRET),
        IssueReferral(wish=WISH, way="pdf-password", folder="/", password=SECRET.decode()),
    ],
    ids=lambda one: type(one).__name__,
)
def test_neither_key_nor_password_is_written_out(holder):
    assert "secret-secret" not in repr(holder)
