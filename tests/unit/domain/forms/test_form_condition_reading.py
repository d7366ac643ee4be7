"""Conditions and acts as they stand in a pack: six leaves and combinators, nothing else."""

import tomllib

import pytest

from nrm_desktop.domain.forms.block import Block
from nrm_desktop.domain.forms.parse_condition import parse_condition, parse_required
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import (
    AllOf,
    AnyOf,
    Fact,
    FieldAnswered,
    FieldEquals,
    FieldState,
    Not,
    RequiredFor,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import AnswerState

A = FieldId("f.a")


def block_of(text: str) -> Block:
    return Block(ProblemLog(), tomllib.loads(text), Place("base/forms/f.toml"))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ('{ field = "f.a", equals = "x" }', FieldEquals(A, ("x",))),
        ('{ field = "f.a", equals = false }', FieldEquals(A, (False,))),
        ('{ field = "f.a", in = ["x", 3] }', FieldEquals(A, ("x", 3))),
        ('{ field = "f.a", answered = false }', FieldAnswered(A, wanted=False)),
        ('{ field = "f.a", state = "not_asked" }', FieldState(A, AnswerState.NOT_ASKED)),
        ('{ fact = "x" }', Fact("x")),
        ('{ not = { fact = "x" } }', Not(Fact("x"))),
        ('{ all = [{ fact = "x" }, { fact = "y" }] }', AllOf((Fact("x"), Fact("y")))),
        ('{ any = [{ fact = "x" }] }', AnyOf((Fact("x"),))),
    ],
)
def test_a_condition_is_read_into_its_structure(text, condition):
    block = block_of(f"when = {text}")

    assert parse_condition(block, "when") == condition
    assert not block.log.problems


def test_no_condition_is_none_and_no_problem():
    block = block_of("")

    assert parse_condition(block, "when") is None
    assert not block.log.problems


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('"always"', "a table is expected"),
        ("{}", "neither field nor fact"),
        ('{ field = "f.a" }', "exactly one of"),
        ('{ field = "f.a", equals = 1, answered = true }', "exactly one of"),
        ('{ field = "f.a", like = "x" }', "exactly one of"),
        ('{ field = "f.a", equals = 1.5 }', "a value is"),
        ('{ field = "f.a", equals = ["x"] }', "a value is"),
        ('{ field = "f.a", in = [] }', "at least one value"),
        ('{ field = "f.a", in = "x" }', "at least one value"),
        ('{ field = "f.a", answered = "yes" }', "true or false"),
        ('{ field = "f.a", state = "no" }', "`state` is one of"),
        ('{ field = "", equals = 1 }', "a name is expected"),
        ("{ fact = 3 }", "a name is expected"),
        ('{ fact = "x", field = "f.a" }', "mixes several"),
        ('{ all = [{ fact = "x" }], any = [{ fact = "y" }] }', "mixes several"),
        ("{ all = [] }", "at least one part"),
        ('{ any = { fact = "x" } }', "at least one part"),
        ("{ not = " * 9 + '{ fact = "x" }' + " }" * 9, "nested deeper"),
    ],
)
def test_what_is_no_condition_is_told_with_the_reason(text, reason):
    block = block_of(f"when = {text}")

    assert parse_condition(block, "when") is None
    assert [one.code for one in block.log.problems] == ["bad_condition"]
    assert reason in block.log.problems[0].message


def test_acts_are_named_alone_or_with_a_condition_or_as_a_hint():
    block = block_of('required_for = ["a", { act = "b", when = { fact = "x" }, hint = true }]')

    assert parse_required(block) == (RequiredFor("a"), RequiredFor("b", Fact("x"), is_hint=True))
    assert not block.log.problems


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"a"', "wrong_type"),
        ("[3]", "wrong_type"),
        ("[{ hint = true }]", "missing_key"),
        ('[{ act = "a", unless = 1 }]', "unknown_key"),
    ],
)
def test_what_names_no_act_is_told(text, code):
    block = block_of(f"required_for = {text}")

    parse_required(block)

    assert [one.code for one in block.log.problems] == [code]
