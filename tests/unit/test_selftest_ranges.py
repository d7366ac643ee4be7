"""The self-test knows whether a version lies in the range that was tested."""

import pytest

from nrm_desktop.bootstrap.selftest import satisfies


@pytest.mark.parametrize(
    ("version", "rules", "is_good"),
    [
        ("6.11.3", "<6.12,>=6.11.3", True),
        ("6.12.0", "<6.12,>=6.11.3", False),
        ("6.12", "<6.12.0", False),
        ("6.11.2", "<6.12,>=6.11.3", False),
        ("0.6.10", ">=0.6.4", True),
        ("50.0", ">=50", True),
        ("49.9.9", ">=50", False),
        ("6.12.0rc1", "<6.12", False),
    ],
)
def test_versions_are_compared_by_number(version, rules, is_good):
    assert satisfies(version, rules) is is_good
