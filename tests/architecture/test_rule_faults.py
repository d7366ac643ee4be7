"""Every fault of `make rules` has its place in the code, and its test carries its rule."""

from __future__ import annotations

import pytest
from tests.architecture.source import ROOT
from tools.break_rules import FAULTS, broken, read_faults
from tools.make_rule_table import known_rules, marked

FAULTS_BY_RULE = {one.rule: one for one in read_faults()}
MARKED = marked()


@pytest.mark.parametrize("rule", FAULTS_BY_RULE)
def test_a_fault_has_one_place_and_a_test_of_its_rule(rule):
    one = FAULTS_BY_RULE[rule]
    text = (ROOT / one.file).read_text(encoding="utf-8")
    assert broken(text, one) != text
    file, _, name = one.test.partition("::")
    name = name.rpartition("::")[2]
    shown = f"{file.removeprefix('tests/')}: {name.removeprefix('test_').replace('_', ' ')}"
    assert shown in MARKED[rule]


def test_no_rule_has_two_faults_and_each_is_known():
    assert len(FAULTS_BY_RULE) == len(list(read_faults()))
    assert FAULTS_BY_RULE.keys() <= known_rules().keys()
    assert FAULTS.is_file()
