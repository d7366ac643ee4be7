"""Writes `docs/rules.md`: which test shows which rule of the domain guide, and which have none yet.

Reads the markers `@pytest.mark.rule("R12")` of all tests; a test compares the page with what is
checked in. Decides only the layout: a rule without a test is listed as such, never left out.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
RULES = ROOT / "tools" / "rules.toml"
TESTS = ROOT / "tests"
SHOWN = 4
"""So many tests are named per rule; of the others their number is told."""
HEAD = """\
<!-- Generated from the markers of the tests by tools/make_rule_table.py. Do not edit. -->

# Rules and the tests that show them

R: must. N: must never. S: situations. Each rule is told in our own short words; the domain guide
has them in full. That a test names a rule says that it shows something of it, not all of it.

"""


def known_rules() -> dict[str, str]:
    """Every rule with its words, in order."""
    table = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return {
        f"{kind}{number}": words
        for kind, numbered in table.items()
        for number, words in sorted(numbered.items(), key=lambda one: int(one[0]))
    }


def marked() -> dict[str, list[str]]:
    """Rule -> names of tests, with their files."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_all = _rules_of_file(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for rule in dict.fromkeys((*_rules_of(node.decorator_list), *of_all)):
                    name = f"{path.relative_to(TESTS).as_posix()}: {_sentence(node.name)}"
                    found.setdefault(rule, []).append(name)
    return found


def page() -> str:
    """The whole page."""
    rules, tests = known_rules(), marked()
    without = [rule for rule in rules if rule not in tests]
    lines = [f"{len(rules) - len(without)} of {len(rules)} rules are named by a test.", ""]
    if without:
        lines += [f"Without a test so far: {', '.join(without)}.", ""]
    lines += ["| rule | what it asks | shown by |", "|---|---|---|"]
    lines += [_row(rule, words, tests.get(rule, [])) for rule, words in rules.items()]
    return HEAD + "\n".join(lines) + "\n"


def _row(rule: str, words: str, tests: list[str]) -> str:
    named = [f"{one}" for one in tests[:SHOWN]]
    if len(tests) > SHOWN:
        named.append(f"and {len(tests) - SHOWN} more")
    return f"| {rule} | {words} | {'<br>'.join(named) or '**nothing yet**'} |"


def _rules_of_file(tree: ast.Module) -> tuple[str, ...]:
    """Rules that a whole file shows: `pytestmark`."""
    marks = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(one, ast.Name) and one.id == "pytestmark" for one in node.targets)
    )
    lists = (one.elts if isinstance(one, ast.List) else [one] for one in marks)
    return tuple(rule for some in lists for rule in _rules_of(some))


def _rules_of(marks: Iterable[ast.expr]) -> Iterator[str]:
    for one in marks:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            first = one.args[0] if one.args else None
            if one.func.attr == "rule" and isinstance(first, ast.Constant):
                yield str(first.value)


def _sentence(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")
