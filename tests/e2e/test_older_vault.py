"""What an older vault must not do: send something on a consent that may be withdrawn by now."""

import shutil

import pytest
from tests.e2e.test_damaged_vault import filled, made

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.condition import Reason
from nrm_desktop.domain.errors import IntegrityFault, NrmError
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.storage.names import DATABASE

pytestmark = [pytest.mark.promise("P8"), pytest.mark.threat("T18")]
__all__ = ["filled", "made"]


def refusal(vault, scope, ground: str) -> NrmError:
    wish = ReferralWish(scope, RecipientId(bytes(16)), "shelter", ground=ground)
    with pytest.raises(NrmError) as raised:
        vault.handle(IssueReferral(wish=wish, way="packet", folder="nowhere"))
    return raised.value


def test_an_older_vault_sends_nothing_on_a_consent_that_may_have_been_withdrawn_since(filled):
    shutil.copy(filled.before / DATABASE, filled.file)
    vault = filled.open()
    try:
        assert Reason.OLDER in vault.condition.now.reasons
        scope = vault.reader.scope_of_code(filled.codes[0])

        refused = refusal(vault, scope, "")
        assert isinstance(refused, IntegrityFault)
        assert refused.code == "integrity.older_consent"
        # A danger to life rests on no consent: whatever else is missing for it, it is not this.
        assert refusal(vault, scope, "vital_interest").code != "integrity.older_consent"
    finally:
        vault.close()
