"""Catalogues: read as they are, refused where they are broken, English where they are silent."""

import pytest

from nrm_desktop.documents.bidi import paragraph_levels, visual_order
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_catalogue, load_translator, names_in, read_po, spoken_languages

CODE = "12-K4"
"""Its halves change places among words from the right, unless they are held together."""

HEAD = """msgid ""
msgstr ""
"Language: xx\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && """
HEAD += """(n%100<12 || n%100>14) ? 1 : 2);\\n"
"X-Reviewed-By: \\n"
"""
BODY = """
# a remark
#: widgets/mark_line.py:40
msgid "draft kept {time}"
msgstr "gehalten um {time}"

msgctxt "season"
msgid "spring"
msgstr "Frühling"

#, fuzzy
msgid "Saved"
msgstr "vielleicht falsch"

msgid "One case"
msgid_plural "{count} cases"
msgstr[0] "{count} eins"
msgstr[1] "{count} wenige"
msgstr[2] "{count} viele"

msgid ""
"A long "
"text\\nin lines"
msgstr "Ein \\"langer\\" "
"Text"
"""


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "ui.po").write_text(HEAD + BODY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def say(texts):
    return load_translator(texts, "xx")


def test_a_text_is_found_and_its_names_are_filled_in(say):
    assert say("draft kept {time}", time="14:02") == "gehalten um 14:02"


def test_a_missing_text_is_said_in_english_with_its_names(say):
    assert say("saved {time}", time="14:03") == "saved 14:03"


def test_a_fuzzy_text_is_not_used(say):
    assert say("Saved") == "Saved"


def test_a_context_tells_two_meanings_apart(say):
    assert say.of("season", "spring") == "Frühling"
    assert say("spring") == "spring"


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 eins"), (3, "3 wenige"), (12, "12 viele"), (21, "21 eins")]
)
def test_a_plural_follows_the_rule_of_the_language(say, count, text):
    assert say.plural("One case", "{count} cases", count) == text


def test_english_plurals_need_no_catalogue(tmp_path):
    say = load_translator(tmp_path, "en")

    assert say.plural("{count} case", "{count} cases", 1) == "1 case"
    assert say.plural("{count} case", "{count} cases", 0) == "0 cases"


def test_lines_are_joined_and_signs_unescaped(say):
    assert say("A long text\nin lines") == 'Ein "langer" Text'


def test_a_catalogue_that_nobody_reviewed_says_so(texts, say):
    assert not say.is_reviewed

    path = texts / "xx" / "ui.po"
    path.write_text(
        path.read_text(encoding="utf-8").replace("X-Reviewed-By: ", "X-Reviewed-By: two workers"),
        encoding="utf-8",
    )
    assert load_translator(texts, "xx").is_reviewed


@pytest.mark.parametrize(
    "damage",
    [
        'msgid "a {name}"\nmsgstr "b {other}"\n',
        'msgid "a"\nmsgstr "b\n',
        "hello\n",
        'msgid "a"\nmsgstr "b" + "c"\n',
    ],
)
def test_a_broken_catalogue_is_refused_by_name(texts, damage):
    (texts / "xx" / "ui.po").write_text(HEAD + "\n" + damage, encoding="utf-8")

    with pytest.raises(EnvironmentFault) as refused:
        load_translator(texts, "xx")

    assert refused.value.params == {"file": "xx/ui.po"}


def test_a_language_is_spoken_as_soon_as_all_its_files_are_there(texts):
    (texts / "errors").mkdir()
    for name in ("xx/documents.po", "errors/xx.toml"):
        assert spoken_languages(texts) == ("en",), "a part of a language is not offered"
        (texts / name).touch()

    assert spoken_languages(texts) == ("en", "xx")


def test_entries_need_no_empty_line_between_them():
    entries = list(read_po('msgid "a"\nmsgstr "x"\nmsgid "b"\nmsgstr "y"\n'))

    assert [(one.source, one.forms) for one in entries] == [("a", ("x",)), ("b", ("y",))]


def test_names_in_a_text_are_those_in_braces():
    assert names_in("{device}, {time}") == {"device", "time"}
    assert names_in("100 %") == frozenset()


def as_seen(text: str, base: str) -> str:
    """The characters from left to right, as a line of the window shows them."""
    return "".join(text[at] for at in visual_order(paragraph_levels(text, base)))


def test_a_code_keeps_its_halves_in_every_sentence_of_a_window_that_runs_from_the_right():
    say = load_translator(resource_root() / "texts", "ar", isolates=True)
    turned = []
    for (context, source), forms in load_catalogue(
        resource_root() / "texts" / "ar"
    ).entries.items():
        told = say.of(context, source, **dict.fromkeys(names_in(source), CODE))
        if as_seen(told, "rtl").count(CODE) < len(names_in(forms[0])):
            turned.append(source)

    assert turned == []


def test_a_name_from_the_right_does_not_turn_what_follows_it_in_english(tmp_path):
    say = load_translator(tmp_path, "en", isolates=True)

    assert as_seen(say("{name}, {count} days", name="سارة", count=14), "ltr").endswith(", 14 days")
    assert say("{name}, {count} days", name="Ana", count=14) == "Ana, 14 days"


def test_papers_set_their_isolates_themselves(tmp_path):
    assert load_translator(tmp_path, "ar")("Code {code}", code=CODE) == f"Code {CODE}"
