"""The page about rules is true, and no test names a rule that does not exist."""

from make_rule_table import PAGE, known_rules, marked, page


def test_the_page_about_rules_is_made_from_the_tests():
    assert PAGE.read_text(encoding="utf-8") == page(), "run tools/make_rule_table.py"


def test_no_test_names_a_rule_that_does_not_exist():
    assert set(marked()) - set(known_rules()) == set()


def test_there_are_41_musts_20_nevers_and_14_situations():
    kinds = [rule[0] for rule in known_rules()]

    assert {kind: kinds.count(kind) for kind in "RNS"} == {"R": 41, "N": 20, "S": 14}
