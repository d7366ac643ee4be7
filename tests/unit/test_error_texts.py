"""Every error code that the program can raise has words: one sentence and a step that helps.

The same holds in each language that the window speaks.
"""

import ast
import re
import string
import tomllib

import pytest
from tests.architecture.source import dotted, modules

from nrm_desktop.app.sync_report import Alarm
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.documents.bidi import paragraph_levels, visual_order
from nrm_desktop.domain import errors
from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.security.vault.opening import Finding
from nrm_desktop.texts import names_in

CLASSES = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, NrmError) and name != "NrmError"
} | {"PackRefused", "ResourcesMissing"}
WORDS_NOT_ON_SCREEN = (" vault", "root document", "registrar", "compartment", "epoch", "bundle")
DEFECTS = {"program.fault"}
FOLDER = resource_root() / "texts" / "errors"
PARTS = ("message", "remedy")
TRANSLATED = sorted({file.stem for file in FOLDER.glob("*.toml")} - {"en"})
LETTERS = {"uk": "[\u0400-\u04ff]", "ar": "[\u0600-\u06ff]", "bg": "[\u0410-\u044f\u045d]"}
STAYS_LATIN = {
    "EXPIRED",
    "JPEG",
    "JSON",
    "PDF",
    "PLAINTEXT",
    "PNG",
    "README",
    "SAFE",
    "UNVERIFIED",
    "WebP",
    "cli",
    "device",
    "docs",
    "field",
    "fields",
    "form[ITEM]",
    "headless",
    "list",
    "md",
    "min-cell",
    "nrm-desktop",
    "pack",
    "practice",
    "re_assert",
    "renew",
    "seal",
    "stats",
    "toml",
    "webdavs",
}
"""Words that are typed or named as they are: of commands, options, files and formats."""
CODE = "12-K4"
"""Its halves change places in a sentence from the right, unless they are held together."""


def words_of(language: str) -> dict[str, dict[str, str]]:
    """What a file says, by code; nothing is filled up with English."""
    found: dict[str, dict[str, str]] = {}

    def look(table: dict, code: str) -> None:
        found.update({code: table} if "message" in table else {})
        for key, inner in table.items():
            if isinstance(inner, dict):
                look(inner, f"{code}.{key}" if code else key)

    look(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")), "")
    return {code: {part: table.get(part, "") for part in PARTS} for code, table in found.items()}


def sentences(language: str) -> list[tuple[str, str, str]]:
    """Code, part and text of all that a file says."""
    said = words_of(language)
    return [(code, part, words[part]) for code, words in said.items() for part in PARTS]


def as_seen(text: str) -> str:
    """The characters from left to right, as a line of the screen shows them."""
    return "".join(text[at] for at in visual_order(paragraph_levels(text)))


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
    raised = raised_codes()
    plainer = {f"{code}.plain" for code in raised}

    assert texts.codes() - families - plainer - raised - constants == set()


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


def test_every_language_of_the_window_has_words_for_errors():
    spoken = {file.parent.name for file in FOLDER.parent.glob("*/ui.po")}

    assert spoken == set(TRANSLATED) == set(LETTERS)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_words_for_exactly_the_codes_of_english(language):
    assert words_of(language).keys() == words_of("en").keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translated_text_has_the_parameters_of_the_english_one_in_the_same_part(language):
    english = {(code, part): names_in(text) for code, part, text in sentences("en")}

    assert {(code, part): names_in(text) for code, part, text in sentences(language)} == english


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translated_text_names_the_same_numbers(language):
    english = {(code, part): set(re.findall(r"\d+", text)) for code, part, text in sentences("en")}

    assert {
        (code, part): set(re.findall(r"[0-9]+", text)) for code, part, text in sentences(language)
    } == english


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translated_text_is_one_sentence_and_a_step_and_nothing_of_it_is_empty(language):
    assert [code for code, _, text in sentences(language) if not text.strip()] == []
    assert [
        code
        for code, part, text in sentences(language)
        if part == "message" and not text.endswith(".")
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translated_sentence_was_left_in_english(language):
    in_english = []
    for code, part, text in sentences(language):
        plain = re.sub(r"{\w+}", "", text)
        words = set(re.findall(r"[A-Za-z][\w\[\]-]*", plain, re.ASCII)) - STAYS_LATIN
        told = re.split(r"[.?!] ", text)
        is_silent = not all(re.search(LETTERS[language], sentence) for sentence in told)
        if words or is_silent:
            in_english.append((code, part, words))

    assert in_english == []


def test_a_sentence_from_the_right_begins_with_its_own_letter_and_ends_at_the_left():
    said = sentences("ar")

    assert [code for code, _, text in said if not re.match(LETTERS["ar"], text)] == []
    assert [
        code for code, _, text in said if text.endswith(".") and not as_seen(text).startswith(".")
    ] == []
    assert [code for code, _, text in said if re.search(r"[,;?]", text)] == []


def test_a_command_a_number_and_a_parameter_keep_their_order_in_a_sentence_from_the_right():
    texts = ErrorTexts(resource_root(), "ar")
    turned = []
    for code, words in words_of("ar").items():
        names = names_in(words["message"]) | names_in(words["remedy"])
        told = texts.explain(NrmError(code, **dict.fromkeys(names, CODE)))
        for part, text in zip(PARTS, told, strict=True):
            latin = re.findall(r"[A-Za-z0-9](?:[\w\[\]/. -]*[\w\]])?", text, re.ASCII)
            turned += [(code, one) for one in latin if one not in as_seen(text)]
            assert as_seen(text).count(CODE) >= len(names_in(words[part])), code

    assert turned == []


def test_a_sentence_from_the_left_is_filled_without_marks_of_direction():
    for language in ("en", "uk", "bg"):
        told = ErrorTexts(resource_root(), language).explain(
            NrmError("usage.bad_value", what="a.b", allowed=["x", "y"])
        )
        assert "a.b" in told[0]
        assert told[1].endswith(" x, y")
        assert not re.search("[\u2066-\u2069]", "".join(told))


def test_a_language_without_words_is_said_in_english(texts):
    assert ErrorTexts(resource_root(), "xx").explain(NrmError("storage.full")) == texts.explain(
        NrmError("storage.full")
    )


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_a_remedy_never_names_something_that_is_not_there(language):
    """Who raises it without what is allowed gets plainer words, and no dots in their place."""
    texts = ErrorTexts(resource_root(), language)
    told = texts.explain(NrmError("usage.bad_value", what="P-07"))
    assert "P-07" in told[0]
    assert "…" not in told[1]
    assert "x, y" in texts.explain(NrmError("usage.bad_value", what="a", allowed=["x", "y"]))[1]
