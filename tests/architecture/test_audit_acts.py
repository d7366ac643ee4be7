"""What the audit chain says can be reviewed: every act is written somewhere and has words (P21)."""

import ast
from pathlib import Path

import pytest

from nrm_desktop.app.audit_acts import ACT_WORDS, ActKind, acts_of, kind_of

SOURCE = Path(__file__).resolve().parents[2] / "src" / "nrm_desktop"
TABLE = SOURCE / "app" / "audit_acts.py"


def written() -> frozenset[str]:
    """All texts of the program that are the code of an act, outside the table."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path != TABLE:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return frozenset(found)


@pytest.mark.promise("P21")
def test_every_act_with_words_is_written_somewhere():
    assert sorted(set(ACT_WORDS) - written()) == []


def test_every_act_belongs_to_one_kind_and_no_two_say_the_same():
    by_kind = [act for kind in ActKind for act in acts_of(kind)]
    assert sorted(by_kind) == sorted(ACT_WORDS)
    assert len(set(ACT_WORDS.values())) == len(ACT_WORDS)
    assert kind_of("case.show") is ActKind.LOOK
    assert kind_of("an act of a newer program") is None
