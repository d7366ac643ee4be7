"""What may not wait on a slow line is told by names and merge rules, in doubt as urgent."""

import pytest
from tests.fakes.desk import base_forms

from nrm_desktop.domain.urgency import is_urgent


@pytest.mark.parametrize(
    "name",
    [
        "consent_register.cr_withdrawn",
        "consent.withdrawn_at",
        "referral.to_org",
        "referral",
        "quick.q_danger",
        "case_registers.al_text",
        "gb.missing.since",
        "gb.risk_level",
        "",
    ],
)
def test_consent_danger_missing_and_handover_do_not_wait(name):
    assert is_urgent(name)


@pytest.mark.parametrize("name", ["screening.place_type", "case.code", "attachments.at_file"])
def test_what_is_only_written_down_may_wait(name):
    assert not is_urgent(name, "surface")


def test_a_field_of_a_pack_is_urgent_by_its_rule_whatever_its_name_is():
    fields = list(base_forms().fields())
    by_rule = [one.id for one in fields if one.merge == "protective:life_risk"]

    assert "screening.threat_retraffick" in by_rule
    assert all(is_urgent(one.id, one.merge) for one in fields if one.id in by_rule)
    assert sum(is_urgent(one.id, one.merge) for one in fields) < len(fields) / 2
