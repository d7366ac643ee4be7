"""Words of all packs: what must be said, in which language, and what is never said."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.packs.conftest import PACKS
from tests.packs.sensitive import SENSITIVE

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.values import AnswerState, FieldType, Source
from nrm_desktop.texts import spoken_languages

BANNED = re.compile(
    r"\b(victims?|prostitutes?|illegals?|illegally|bogus|absconded|escaped|alleged|confirmed"
    r"|claims to be|real victim|refused to co|clients?|interrogat\w*|pimps?|illegal)\b",
    re.IGNORECASE,
)
"""Words that judge or blame (N3, nrm.md section 2)."""
TECHNICAL = re.compile(
    r"\b(root|registrar|compartments?|epochs?|vaults?|bundles?|provisional)\b", re.IGNORECASE
)
"""Words of the program that nobody needs to know (ux.md section 4.1)."""
VERDICT = re.compile(r"\b(score|percent\w*|likelihood|probab\w*|rank|rating)\b|%", re.IGNORECASE)
GENDERED = re.compile(r"\b(he|she|his|hers?|him|himself|herself)\b", re.IGNORECASE)
"""R15: nobody is taken to be a woman or a man."""
TO_AVOID = {
    "uk": re.compile(r"жертв|проститутк|повія|нелегал", re.IGNORECASE),
    "ar": re.compile(r"ضحي|ضحاي|عاهر|مومس|غير شرعي"),
    "bg": re.compile(r"жертв|пострадал|проститутк|нелегал|избягал", re.IGNORECASE),
}
SCRIPT = {
    "uk": re.compile(r"[а-щьюяєіїґ]", re.IGNORECASE),
    "ar": re.compile("[\u0620-\u064a]"),
    "bg": re.compile(r"[а-щъьюя]", re.IGNORECASE),
}
TRANSLATIONS = sorted(SCRIPT)
WHOLE = ("uk", "ar", "bg")
"""Languages in which a worker never meets an English text of a pack that comes with the program."""
WITHHELD = [
    "no_consent",
    "declined",
    "consent_withdrawn",
    "consent_expired",
    "not_needed_for_purpose",
    "compartment_closed_to_recipient",
    "excluded_by_person",
    "location_sealed",
    "privileged",
    "third_party",
    "conflict_open",
    "person_declined_to_say",
    "unknown_field",
]
"""Source: cli.md section 6."""


def texts_of(path: Path) -> dict[str, str]:
    found = {}

    def walk(table, prefix):
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                found[f"{prefix}{key}"] = value

    walk(tomllib.loads(path.read_text(encoding="utf-8")), "")
    return found


ALL = {path.relative_to(PACKS).as_posix(): texts_of(path) for path in PACKS.rglob("texts/*.toml")}
ENGLISH = {name: texts for name, texts in ALL.items() if name.endswith("/en.toml")}


@pytest.mark.rule("N3")
@pytest.mark.rule("R15")
@pytest.mark.parametrize(
    "pattern",
    [BANNED, TECHNICAL, VERDICT, GENDERED],
    ids=["judging", "technical", "verdict", "gender"],
)
def test_no_english_text_says_a_word_that_hurts_judges_or_confuses(pattern):
    found = [
        f"{name} {key}: {text}"
        for name, texts in ENGLISH.items()
        for key, text in texts.items()
        if pattern.search(text)
    ]

    assert found == []
    assert set(ENGLISH) == {"base/texts/en.toml", "gb/texts/en.toml", "bg/texts/en.toml"}


@pytest.mark.rule("N3")
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_translation_says_a_word_that_hurts(language):
    texts = ALL[f"base/texts/{language}.toml"]

    assert [
        f"{key}: {text}" for key, text in texts.items() if TO_AVOID[language].search(text)
    ] == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_translation_is_in_its_own_script(language):
    """Names of apps, codes and countries of the list stay as they are."""
    texts = ALL[f"base/texts/{language}.toml"]
    foreign = {key for key, text in texts.items() if not SCRIPT[language].search(text)}

    assert foreign == {key for key in foreign if key.startswith("codelist.apps.")}


@pytest.mark.rule("R20")
@pytest.mark.parametrize("language", WHOLE)
def test_a_whole_language_has_every_text_of_every_pack_and_in_the_same_order(language: str):
    for name, english in ENGLISH.items():
        texts = ALL[name.replace("/en.toml", f"/{language}.toml")]

        assert [key for key in english if not texts.get(key)] == []
        assert list(texts) == list(english)


@pytest.mark.parametrize("language", WHOLE)
def test_a_whole_language_is_one_that_every_pack_says_it_speaks(with_gb, with_bg, language: str):
    packs = [*with_gb.packs, *with_bg.packs]

    assert [one.id for one in packs if language not in one.languages] == []


@pytest.mark.parametrize("language", WHOLE)
def test_the_four_answers_are_four_in_every_whole_language(language: str):
    texts = ALL[f"base/texts/{language}.toml"]

    assert len({texts[f"state.{state.word}"] for state in AnswerState}) == len(AnswerState)


@pytest.mark.parametrize("language", WHOLE)
def test_a_translated_reason_is_a_whole_sentence_as_the_english_one(language: str):
    """A label that took the place of a reason, or a line that slipped by one, is found here."""
    ends = re.compile(r"[.?:]$")
    slipped = []
    for name, english in ENGLISH.items():
        texts = ALL[name.replace("/en.toml", f"/{language}.toml")]
        for key, text in english.items():
            if key.endswith((".why", ".purpose", ".guidance")):
                slipped += [key] * (ends.findall(text) != ends.findall(texts[key]))
            elif key.endswith((".label", ".title")) and text[-1] not in ".?":
                slipped += [key] * texts[key].endswith(".")

    assert slipped == []


@pytest.mark.parametrize("language", WHOLE)
def test_what_differs_in_one_list_of_codes_differs_in_translation_too(language: str):
    same = []
    for name, english in ENGLISH.items():
        texts = ALL[name.replace("/en.toml", f"/{language}.toml")]
        meant: dict[tuple[str, str], set[str]] = {}
        for key, text in english.items():
            if key.startswith("codelist."):
                meant.setdefault((key.rpartition(".")[0], texts[key]), set()).add(text)
        same += [(name, told, sorted(of)) for told, of in meant.items() if len(of) > 1]

    assert same == []


def test_every_question_says_what_and_why(with_gb: FormSet):
    missing = [
        f"{one.id}.{part}"
        for one in with_gb.fields()
        for part in (("label", "why") if one.parent is None else ("label",))
        if not with_gb.find_text(f"{one.id}.{part}")
    ]

    assert missing == []


def test_reasons_are_whole_sentences_and_labels_are_not(with_gb: FormSet):
    whys = [text for one in with_gb.fields() if (text := with_gb.find_text(f"{one.id}.why"))]
    labels = [with_gb.text(f"{one.id}.label") for one in with_gb.fields()]

    assert [text for text in whys if not text.endswith(".") or not text[0].isupper()] == []
    assert [text for text in labels if text.endswith(".")] == []


def test_every_form_says_its_purpose_in_one_sentence(with_gb: FormSet):
    purposes = [with_gb.text(f"{name}.purpose") for name in with_gb.forms]

    assert [text for text in purposes if text.count(".") != 1 or not text.endswith(".")] == []


def test_no_text_names_a_field_or_code_that_is_not_there(with_gb: FormSet, with_bg: FormSet):
    known = set()
    for forms in (with_gb, with_bg):
        known |= {one.id for one in forms.fields()} | set(forms.forms)
        known |= {f"{part.form}.section.{part.id}" for part in forms.sections.values()}
        known |= {f"codelist.{c.id}.{e.code}" for c in forms.codelists.values() for e in c.codes}
        known |= {f"track.{name}" for name in forms.timetable.tracks}
        known |= {f"time_limit.{name}" for name in forms.timetable.clocks}
    own = re.compile(
        r"(role|act|fact|authority|compartment|withheld|state|source|yesno|layout|consent_talk|grounding|sign_set|sign_dimension"
        r"|counter_sheet|counter_line|count_own|count_sheet|count_table|count_dimension|count_class)\."
    )
    endings = re.compile(r"\.(label|why|guidance|title|purpose|closed)$")
    dead = [
        f"{name} {key}"
        for name, texts in ALL.items()
        for key in texts
        if not own.match(key) and not {key, endings.sub("", key)} & known
    ]

    assert dead == []


def test_what_the_program_shows_has_words(with_gb: FormSet):
    keys = [
        *(f"withheld.{reason}" for reason in WITHHELD),
        *(f"state.{state.word}" for state in AnswerState),
        *(f"source.{source.word}" for source in Source if source.word),
        *(f"layout.{one.id}.{part.id}" for one in with_gb.layouts.values() for part in one.parts),
        "yesno.yes",
        "yesno.no",
    ]

    assert [key for key in keys if not with_gb.find_text(key)] == []
    assert with_gb.text("state.declined") == "Does not want to say"


@pytest.mark.rule("R31")
@pytest.mark.parametrize("who", ["adult", "child"])
def test_consent_is_explained_in_plain_words_with_a_version(base: FormSet, who: str):
    texts = ENGLISH["base/texts/en.toml"]
    spoken = [text for key, text in texts.items() if key.startswith(f"consent_talk.{who}.p")]
    sentences = [part for text in spoken for part in re.split(r"(?<=[.?]) ", text)]

    assert texts[f"consent_talk.{who}.version"]
    assert [part for part in sentences if len(part.split()) > 32] == []
    assert re.search("go on helping you", " ".join(spoken))


@pytest.mark.rule("R20")
def test_the_forms_are_there_in_each_language_that_the_window_speaks():
    pack = tomllib.loads((PACKS / "base" / "pack.toml").read_text(encoding="utf-8"))["pack"]
    spoken = spoken_languages(PACKS.parent / "texts")

    assert set(pack["languages"]) == set(spoken) == {"en", *TRANSLATIONS}


@pytest.mark.rule("R20")
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_printed_referral_has_every_word_in_the_language(base: FormSet, language: str):
    texts = ALL[f"base/texts/{language}.toml"]
    wanted = [f"withheld.{reason}" for reason in WITHHELD]
    for part in base.layouts["referral"].parts:
        wanted.append(f"layout.referral.{part.id}")
        for name in part.fields:
            top = base.field(name)
            remarks = [base.field(f"{one.id}.text") for one in (top, *top.fields) if one.has_remark]
            for one in (top, *top.fields, *remarks):
                wanted.append(f"{one.id}.label")
                wanted += _codes(base, one)

    assert [key for key in wanted if key not in texts] == []


def _codes(forms: FormSet, one) -> list[str]:
    codes = forms.codes_of(one)
    if codes is None or one.type is FieldType.COUNTRY:
        return []  # 251 names: those most met in the work are translated
    return [f"codelist.{codes.id}.{code.code}" for code in codes.codes]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_countries_most_met_in_the_work_are_translated(language: str):
    texts = ALL[f"base/texts/{language}.toml"]
    met = "UA RO BG MD AL NG VN SY IQ AF ER SD SO PH BD PK IN CN MA DZ TN EG ET GB DE XK stateless"

    assert [code for code in met.split() if f"codelist.country.{code}" not in texts] == []


@pytest.mark.rule("S2")
@pytest.mark.rule("R41")
def test_the_sheet_of_the_neutral_screen_holds_no_sensitive_word_in_any_language(
    with_gb: FormSet, with_bg: FormSet
):
    said = [
        (language, key, text)
        for forms in (with_gb, with_bg)
        for language, texts in forms.texts.items()
        for key, text in texts.items()
        if key.startswith(("counter_sheet.", "counter_line."))
    ]

    assert {language for language, _, _ in said} == {"en", "uk", "ar", "bg"}
    assert [one for one in said if SENSITIVE.search(one[2])] == []
