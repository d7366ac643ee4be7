"""Every error code that the program can raise has words: one sentence and a step that helps."""

import ast
import string

import pytest
from tests.architecture.source import dotted, modules

from nrm_desktop.app.sync_report import Alarm
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.domain import errors
from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.security.vault.opening import Finding

CLASSES = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and name != "NrmError"
} | {"PackRefused", "ResourcesMissing"}
WORDS_NOT_ON_SCREEN = (" vault", "root document", "registrar", "compartment", "epoch", "bundle")
DEFECTS = {"program.fault"}


def raised_codes() -> set[str]:
    """First arguments of the error classes, wherever they are called, and their default codes."""
    found = {kind.default_code for kind in vars(errors).values() if hasattr(kind, "default_code")}
    for module in modules("src"):
        for node in module.nodes(ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            if name in CLASSES and node.args and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
        for node in module.nodes(ast.Assign, ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.value
            is_default = any(dotted(one) == "default_code" for one in targets)
            if is_default and isinstance(value, ast.Constant):
                found.add(str(value.value))
    found |= {refuse(step, "x").code for step in Step}
    found |= {finding.value for finding in Finding}
    found |= {
        f"alarm.{kind}"
        for kind in ("rollback", "withheld", "fork", "no_key", "many_erasures", "many_closed")
    }
    return found


@pytest.fixture(scope="module")
def texts() -> ErrorTexts:
    return ErrorTexts(resource_root())


@pytest.mark.parametrize("code", sorted(raised_codes() - DEFECTS))
def test_a_code_that_is_raised_has_words(code, texts):
    known = texts.codes()
    family = code.partition(".")[0]

    assert code in known or family in {"install", "program", "resources"}, code


def test_what_has_words_can_be_raised(texts):
    constants = {node.value for module in modules("src") for node in module.nodes(ast.Constant)}
    families = {code for code in texts.codes() if "." not in code}

    assert texts.codes() - families - raised_codes() - constants == set()


def test_every_text_is_one_sentence_and_a_step(texts):
    for code in sorted(texts.codes()):
        message, remedy = texts.explain(NrmError(code))
        assert message.endswith("."), code
        assert remedy.strip(), code


def test_words_that_belong_into_the_code_are_not_said(texts):
    said = [" ".join(texts.explain(NrmError(code))).lower() for code in texts.codes()]

    assert not [(text, word) for text in said for word in WORDS_NOT_ON_SCREEN if word in f" {text}"]


def test_no_text_asks_for_a_value(texts):
    names = {
        name
        for words in texts._texts.values()
        for part in words.values()
        for _, name, _, _ in string.Formatter().parse(part)
        if name
    }

    assert not names & {"value", "answer", "text", "passphrase", "password"}


def test_a_parameter_that_is_missing_does_not_break_the_sentence(texts):
    message, _ = texts.explain(Usage("usage.not_found"))

    assert "…" in message


def test_a_code_without_words_falls_back_to_its_family_and_then_to_a_plain_sentence(texts):
    assert texts.explain(NrmError("storage.never_seen")) == texts.explain(NrmError("storage"))
    assert texts.explain(NrmError("never.seen"))[0] == "This was not done."


def test_an_alarm_is_told_in_words(texts):
    assert texts.explain(NrmError(f"alarm.{Alarm('rollback', 'd', '').kind}"))[0]
