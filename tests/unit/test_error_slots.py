"""What fills the places of a sentence is said in the language of the window, or is a code (R41).

A sentence of an error is translated, and what stands in `{what}` or `{allowed}` comes from where it
is raised. Every such place outside the command line, which speaks English by contract, is walked
here: an English word there has to be in the catalogue of each language. A code that people type
stays as it is, and so do badges, file names and numbers.
"""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from tests.architecture.source import Module, dotted, modules
from tests.unit.test_error_texts import CLASSES, FOLDER, LETTERS, TRANSLATED, as_seen, words_of

from nrm_desktop.bootstrap.window_desk import name_of_code
from nrm_desktop.domain.errors import NrmError, Phrase, Refused, Usage
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.storage.form_packs import FormPacks
from nrm_desktop.texts import names_in

LANGUAGES = ("en", *TRANSLATED)
KNOWN = words_of("en")
LATIN = {"JPEG", "MiB", "P30D", "PDF", "PEM", "PNG", "RO", "TLS", "UA", "WebP"} | {
    *("days", "weeks", "months"),
}
"""Names of formats, and what is typed in every language."""
NOT_IN_THE_WINDOW = re.compile(r"nrm_desktop/(cli/|bootstrap/practice)")
"""The command line and its practice story: English by contract, and by whoever reports a fault."""
STAYS = {
    "what": {".nrm", ".nrmreq"},
    "allowed": {
        *("2026", "2026-05", "2026-05-14", "2026-05-14T20:46", "~2026", "~2026-05", "age:14"),
        *("yes", "no", "not_now", "json", "packet", "pdf", "pdf-password"),
        *("acknowledged", "accepted", "partly_accepted", "refused", "could_not_contact"),
        *("person_declined", "arrived", "in_progress", "done", "thing", "person"),
    },
    "name": {"", "age", "items", "missing", "vault.request"},
    "option": {"keep"},
}
"""Ends of file names, dates, and codes of lists: the same in every language."""
OF_CODES = {
    "badge": "badges",
    "code": "codes of cases",
    "files": "codes of cases",
    "first": "years",
    "found": "versions",
    "group": "numbers",
    "here": "versions",
    "items": "ids",
    "last": "years",
    "leads": "codes of cases",
    "left": "numbers",
    "most": "numbers",
    "name": "what somebody typed or chose: an id, a badge, the name of a file or folder",
    "pack": "ids of packs",
    "part": "names of algorithms, as the standards have them",
    "referral": "numbers of files that left or came in",
    "retry_after_s": "numbers",
    "slots": "signs, and ways in as they are typed",
    "smallest": "numbers",
    "until": "days",
    "vault": "four characters",
    "waiting": "numbers",
    "year": "years",
}
"""Places into which only names, numbers and codes are put, and what they are."""
OF_THE_FORMS = {"field", "fields", "other", "reasons", "table"}
"""Ids of questions, time limits and tables: the window says the names that the forms have."""
CODES = {
    ("what", "field.id"): "the id of a question, named by the forms",
    ("allowed", "*choices.codes"): "codes of a list",
    ("allowed", "*ends"): "codes of events",
    ("allowed", "*self.codes"): "codes of a list",
    ("allowed", "*(one.word for one in CASE_COMPARTMENTS)"): "parts of a file, as they are typed",
    ("allowed", "ADDRESS_FORM"): "the id of a form",
    ("allowed", "PERSON"): "a code",
    ("allowed", "THING"): "a code",
    ("allowed", "SIGNATURES_PER_STATEMENT"): "a number",
    ("allowed", "checked.allowed"): "what a question takes, which is looked at where it is said",
    ("allowed", "problem.allowed"): "what a question takes, which is looked at where it is said",
    ("allowed", "context.badge"): "a badge",
    ("allowed", "f'{_SIGN}-XXXX-XXXX'"): "the shape of a code",
    ("allowed", "sorted(known)"): "tags of languages",
    ("allowed", "sorted({*table.roles, *table.presets})"): "ids of roles",
    ("allowed", "str(limit)"): "a number",
    ("allowed", "tuple(self._states)"): "codes of a list",
    ("allowed", "ways_by_hand(context.forms.codelist(codes).offered())"): "codes of a list",
    ("allowed", "REPLIES"): "codes of a list",
    ("allowed", "tuple(filter(None, (one or usual for one in fitting)))"): "ids of papers",
    ("allowed", "tuple(table)"): "states and sources, as they are typed",
}
"""What else is put there, as it stands in the source, and what it is."""
OFFERED = re.compile(r"(?:context\.)?forms\.codelist\([^)]*\)\.offered\(\)")
"""Codes of a list of the forms."""


@dataclass(frozen=True)
class Filled:
    """One place of a sentence, and what is put there: a text, or an expression that is none."""

    slot: str
    text: str
    is_known: bool
    where: str


class Reader:
    """Follows what is put into a place back to the words: constants, locals, arguments."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._functions = list(module.nodes(ast.FunctionDef))

    def read(self, node: ast.expr, at: ast.AST) -> Iterator[tuple[str, bool]]:
        if isinstance(node, ast.Constant):
            yield from [(node.value, True)] if isinstance(node.value, str) else []
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            for each in node.elts:
                yield from self.read(each, at)
        elif isinstance(node, ast.IfExp):
            yield from self.read(node.body, at)
            yield from self.read(node.orelse, at)
        elif isinstance(node, ast.Call) and dotted(node.func) == "Phrase":
            yield from self.read(node.args[0], at)
        elif isinstance(node, ast.Name) and (found := list(self._named(node.id, at))):
            for each, place in found:
                yield from self.read(each, place)
        else:
            yield ast.unparse(node), False

    def _named(self, name: str, at: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
        home = self._home(at)
        if home is not None:
            yield from ((value, at) for value in _assigned(home, name))
            names = [one.arg for one in (*home.args.args, *home.args.kwonlyargs)]
            if name in names:
                yield from self._given(home, name, names.index(name))
        tree = ast.Module(self._module.tree.body, [])
        yield from ((value, at) for value in _assigned(tree, name, deep=False))

    def _home(self, at: ast.AST) -> ast.FunctionDef | None:
        around = [one for one in self._functions if one.lineno <= at.lineno <= one.end_lineno]
        return max(around, key=lambda one: one.lineno, default=None)

    def _given(self, home, name, place) -> Iterator[tuple[ast.expr, ast.AST]]:
        for call in self._module.nodes(ast.Call):
            if dotted(call.func).rpartition(".")[2] == home.name:
                for keyword in call.keywords:
                    if keyword.arg == name:
                        yield keyword.value, call
                if place < len(call.args):
                    yield call.args[place], call


def _assigned(home: ast.AST, name: str, *, deep: bool = True) -> Iterator[ast.expr]:
    for node in ast.walk(home) if deep else ast.iter_child_nodes(home):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id == name for one in targets):
                yield node.value
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            names = [dotted(one) for one in node.target.elts]
            rows = node.iter.elts if isinstance(node.iter, ast.Tuple) else ()
            if name in names:
                yield from (row.elts[names.index(name)] for row in rows)


def slots_of(code: str) -> set[str]:
    """The places that the words of a code have, also the plainer ones and those of its family."""
    said = [KNOWN.get(code) or KNOWN.get(code.partition(".")[0], {}), KNOWN.get(f"{code}.plain")]
    return {name for words in said if words for text in words.values() for name in names_in(text)}


def filled() -> list[Filled]:
    """Everything that is put into a place of a sentence outside the command line."""
    found = []
    for module in modules("src"):
        if NOT_IN_THE_WINDOW.search(module.path.as_posix()):
            continue
        reader = Reader(module)
        for call in module.nodes(ast.Call):
            kind = dotted(call.func).rpartition(".")[2]
            if kind == "BadValue":
                given = [("allowed", one) for one in call.args[1:]]
            elif kind in CLASSES and call.args:
                codes = [text for text, known in reader.read(call.args[0], call) if known]
                slots = set().union(*map(slots_of, codes))
                given = [(one.arg, one.value) for one in call.keywords if one.arg in slots]
            else:
                continue
            where = f"{module.path.name}:{call.lineno}"
            for slot, value in given:
                found += [Filled(slot, *one, where) for one in reader.read(value, call)]
    return found


FILLED = filled()


def words_in_places(language: str) -> dict[tuple[str, str], str]:
    """What a language says in the places of sentences, by place and English word."""
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["word"]
    return {(place, key): word for place, words in table.items() for key, word in words.items()}


ENGLISH = words_in_places("en")


def test_the_walk_sees_what_is_raised():
    seen = {(one.slot, one.text) for one in FILLED if one.is_known}

    assert len(FILLED) > 300
    assert seen >= {
        ("what", "key file"),  # a constant
        ("what", "from"),  # an argument of the function around
        ("what", "reply"),  # a row of a loop
        ("allowed", "a file of {least} bytes to {most} MiB"),  # a phrase in a local
        ("allowed", "a server and a path"),  # an argument, three calls away
        ("allowed", "a number such as 3, 2.5 or ~14 for about 14"),  # of a value that does not fit
    }


def test_a_word_of_english_that_fills_a_place_is_in_the_catalogue():
    missing = {
        (one.slot, one.text, one.where)
        for one in FILLED
        if one.is_known
        and one.slot not in OF_CODES.keys() | OF_THE_FORMS
        and one.text not in STAYS.get(one.slot, ())
        and (one.slot, one.text) not in ENGLISH
    }

    assert missing == set()


def test_words_are_never_put_where_only_codes_are_expected():
    """A place of codes takes no constant of English but those that are named here."""
    words = {
        (one.slot, one.text, one.where)
        for one in FILLED
        if one.is_known and one.slot in OF_CODES and one.text not in STAYS.get(one.slot, ())
    }

    assert words == set()


def test_what_cannot_be_read_off_the_source_was_looked_at_by_somebody():
    unseen = {
        (one.slot, one.text, one.where)
        for one in FILLED
        if not one.is_known
        and one.slot not in OF_CODES.keys() | OF_THE_FORMS
        and (one.slot, one.text) not in CODES
        and not OFFERED.fullmatch(one.text)
    }

    assert unseen == set(), "a new expression: translate what it holds, or say which code it is"


def test_a_phrase_with_numbers_is_never_put_together_where_it_is_raised():
    mixed = [
        one for one in FILLED if one.text.startswith("f'") and (one.slot, one.text) not in CODES
    ]

    assert [one for one in mixed if one.slot not in OF_CODES] == []


def test_nothing_is_translated_that_nobody_says():
    said = {(one.slot, one.text) for one in FILLED}

    assert ENGLISH.keys() - said == set()
    assert {(slot, text) for slot, texts in STAYS.items() for text in texts if text} - said <= {
        ("name", "missing"),
        ("allowed", "thing"),
        ("allowed", "person"),
    }
    assert CODES.keys() - said <= {("allowed", "PERSON"), ("allowed", "THING")}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_every_word_with_its_numbers_in_its_own_letters(language):
    own = words_in_places(language)

    assert own.keys() == ENGLISH.keys()
    for (place, key), word in own.items():
        assert names_in(word) == names_in(key), key
        plain = re.sub(r"{\w+}|`[^`]*`|\w+://[\w/]*", "", word)
        latin = set(re.findall(r"[A-Za-z]\w*", plain, re.ASCII)) - LATIN
        assert latin == set(), (place, key)
        assert re.search(LETTERS[language], word), (place, key)


def test_an_address_in_a_word_from_the_right_keeps_its_order():
    typed = r"`[^`]*`|[A-Za-z0-9~](?:[\w.~/:-]*[\w/])?"
    words = words_in_places("ar")
    turned = [
        (key, each)
        for key, word in words.items()
        for each in re.findall(typed, re.sub(r"{\w+}", "", word), re.ASCII)
        if each not in as_seen(word)
    ]

    assert turned == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_filled_in_its_own_language_and_a_code_stays(language):
    texts, own = ErrorTexts(resource_root(), language), words_in_places(language)
    phrase = Phrase("at most {most} stores", most=8)
    told = texts.explain(Usage("usage.bad_value", what="key file", allowed=phrase))
    assert own["what", "key file"] in told[0]
    assert own["allowed", "at most {most} stores"].format(most=8) in told[1]

    kept = texts.explain(Usage("usage.bad_value", what="screening.x", allowed=("pdf", "json")))
    assert "screening.x" in kept[0]
    assert "pdf, json" in kept[1]
    assert ("\u2068" in kept[0]) == (language == "ar")


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_word_is_left_in_any_sentence_that_can_be_raised(language):
    """Every text that fills a place, in a sentence that has the place."""
    texts = ErrorTexts(resource_root(), language)
    left = []
    for one in FILLED:
        if one.is_known and one.slot in {"what", "allowed"}:
            codes = STAYS[one.slot]
            params = {"what": "case", "allowed": "a number", one.slot: one.text}
            said = " ".join(texts.explain(Usage("usage.bad_value", **params)))
            said = re.sub(
                r"{\w+}|`[^`]*`|\w+://[\w/]*",
                "",
                said.replace(one.text, "") if one.text in codes else said,
            )
            words = set(re.findall(r"[A-Za-z]\w*", said, re.ASCII)) - LATIN
            left += [(one.where, one.text, words)] if words else []

    assert left == []


def test_to_a_script_a_phrase_is_the_english_text_that_it_always_was():
    phrase = Phrase("1 to {most} characters", most=4000)

    assert json.loads(json.dumps([phrase])) == ["1 to 4000 characters"]
    assert (
        "1 to 4000 characters"
        in ErrorTexts(resource_root()).explain(
            Usage("usage.bad_value", what="words", allowed=phrase)
        )[1]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_names_questions_tables_and_limits_as_the_forms_do(language):
    forms = FormPacks(resource_root() / "packs").load().forms
    texts = ErrorTexts(resource_root(), language)

    def said(error: NrmError) -> str:
        return texts.explain(error, partial(name_of_code, forms, language))[0]

    asked = "screening.danger_now"
    assert forms.text(f"{asked}.label", language) in said(
        Refused("policy.not_ready", fields=(asked,))
    )
    limit = said(Refused("policy.cannot_close", reasons=("reflection_floor 2026-12-30",)))
    assert forms.text("time_limit.reflection_floor", language) in limit
    assert "2026-12-30" in limit
    table = next(iter(forms.counts.tables))
    assert forms.text(f"count_table.{table}", language) in said(
        Refused("policy.release_stands", table=table, smallest=10)
    )
    assert "nowhere.x" in said(Refused("policy.not_ready", fields=("nowhere.x",)))
