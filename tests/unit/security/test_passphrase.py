"""Passphrases: one meaning per keyboard, rules, generator (storage-security.md 4.8)."""

import unicodedata

import pytest

from nrm_desktop.domain.errors import ProgramFault, Refused, Usage
from nrm_desktop.security.vault.generator import generate, generate_words, words_needed
from nrm_desktop.security.vault.passphrase import check_new, passphrase_bytes, words_of

pytestmark = pytest.mark.threat("T26")


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("cafe\u0301 au lait", "café au lait"),
        ("to\u0302\u0301i tru\u031bo\u031b\u0300ng", "tối trường"),
        ("kak\u00a0dela", "kak dela"),
        ("a\u2003b\u202fc\u3000d", "a b c d"),
        ("  ends are dropped \u00a0", "ends are dropped"),
        ("йод и\u0306од", "йод йод"),
        ("\u0627\u0653ب", "آب"),
        ("a\u2126b", "aΩb"),
    ],
)
def test_each_layout_gives_the_same_bytes(typed: str, same: str) -> None:
    assert passphrase_bytes(typed) == same.encode()


def test_nothing_else_is_touched() -> None:
    for typed in ("Two  Spaces", "UPPER lower", "１２３", "ﬁne", "tab\there", "x\u200dy", "😀 ok"):
        assert passphrase_bytes(typed) == typed.encode()


def test_half_a_character_is_a_usage_error_and_not_a_crash() -> None:
    with pytest.raises(Usage, match=r"usage\.bad_value"):
        passphrase_bytes("broken \ud800 half")


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("fourteen chars", "short"),
        ("     short      ", "short"),
        ("e\u0301" * 14, "short"),
        ("x y" * 86, "long"),
        ("aaaaaaaaaaaaaaaaaa", "repeats"),
        ("abcabcabcabcabcabc", "repeats"),
        ("tulip4tulip4tulip4", "repeats"),
        ("Password Password Password1!", "common"),
        ("correct-password-letmein", "common"),
        ("harbour house welcome", "common"),
    ],
)
def test_a_weak_new_passphrase_is_refused_with_the_rule_it_breaks(typed: str, rule: str) -> None:
    with pytest.raises(Refused) as caught:
        check_new(typed, ["password", "letmein", "welcome"], local=["Harbour House"])
    assert (caught.value.code, caught.value.params["rule"]) == ("policy.floor", rule)
    assert typed not in str(caught.value.params)


def test_length_is_counted_after_normalising_and_no_composition_is_asked() -> None:
    check_new("fifteen letters", ["password"])
    check_new("багато різних слів", [])
    check_new("x1 " * 3 + "different enough", [])
    check_new("ab cdefgh ijklmno p" * 13 + "12345", [])


def test_generated_words_reach_64_bits_and_pass_the_rules() -> None:
    words = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in ("rin", "tok", "sal")]
    made = generate(words, lambda n: bytes(range(1, n + 1)))
    assert len(made.split()) == 10  # 120 words: 6.9 bits each
    assert set(made.split()) <= set(words)
    check_new(" ".join(words[7:13]), [])


def test_the_generator_draws_every_word_equally_often() -> None:
    words = [f"word{n}" for n in range(7)]
    numbers = iter(range(1 << 16))
    counted: dict[str, int] = {}
    for _ in range(400):
        for word in generate(words, lambda n: next(numbers).to_bytes(n, "big")).split():
            counted[word] = counted.get(word, 0) + 1
    assert max(counted.values()) - min(counted.values()) <= 1


def test_a_number_beyond_the_last_multiple_is_drawn_again() -> None:
    words = [f"word{n}" for n in range(7)]
    draws = [b"\xff\xff"] + [b"\x00\x01"] * 40
    assert set(generate(words, lambda n: draws.pop(0)).split()) == {"word1"}


def test_a_list_with_a_double_word_is_a_fault_of_the_program() -> None:
    with pytest.raises(ProgramFault):
        generate(["a", "b", "c", "d", "e", "f", "a"], bytes)


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [(7776, 5), (8192, 5), (4096, 6), (2048, 6), (2049, 6), (1626, 6), (1625, 7), (6, 25)],
)
def test_the_number_of_words_follows_from_the_length_of_the_list(listed: int, wanted: int) -> None:
    made = generate_words([f"word{n}" for n in range(listed)], bytes)
    assert (words_needed(listed), made.words, len(made.text.split())) == (wanted, wanted, wanted)
    assert made.bits >= 64
    assert made.text not in repr(made)


KEYBOARDS = {  # as the keys arrive: dead keys as marks, compositions, special spaces
    "US international, dead acute": ("cafe\u0301 noir", "café noir"),
    "German, dead circumflex": ("a\u0302ge", "âge"),
    "French AZERTY, digits with shift": ("métro 1944", "métro 1944"),
    "French AZERTY, no-break space by AltGr": ("deux\u00a0mots", "deux mots"),
    "Canadian, narrow no-break space": ("deux\u202fmots", "deux mots"),
    "keypad digits": ("bois 0123456789", "bois 0123456789"),
    "Vietnamese Telex, composed": ("đường về nhà", "đường về nhà"),
    "Vietnamese, decomposed": (
        "đu\u031bo\u031b\u0300ng ve\u0302\u0300 nha\u0300",
        "đường về nhà",
    ),
    "Vietnamese, tone before the roof": ("ve\u0300\u0302", "v\u00e8\u0302"),
    "Arabic, hamza as a mark": ("\u0627\u0654رض", "أرض"),
    "Arabic, lam-alef in two letters": ("سلام", "سلام"),
    "Ukrainian, breve as a mark": ("чаи\u0306ка", "чайка"),
    "Ukrainian, diaeresis as a mark": ("і\u0308жак", "їжак"),
    "Ukrainian, typewriter apostrophe": ("м'ята", "м'ята"),
    "macOS, decomposed Korean": ("\u1112\u1161\u11ab", "한"),
    "Japanese, ideographic space": ("青い\u3000空", "青い 空"),
    "a pasted line with spaces at its ends": ("\u2009ends\u2007", "ends"),
}


@pytest.mark.parametrize("keyboard", KEYBOARDS)
def test_a_passphrase_means_the_same_bytes_on_every_keyboard(keyboard: str) -> None:
    typed, meant = KEYBOARDS[keyboard]
    assert passphrase_bytes(typed) == unicodedata.normalize("NFC", meant).encode()


def test_digits_of_another_script_stay_what_they_are() -> None:
    """Nobody is told that two passphrases are one: only what looks and is the same is joined."""
    assert passphrase_bytes("١٩٤٤") != passphrase_bytes("1944")
    assert passphrase_bytes("м\u2019ята") != passphrase_bytes("м'ята")


def test_words_are_compared_without_what_stands_between() -> None:
    assert words_of("P-01, Harbour\u00a0House; HARBOUR!") == ("p", "01", "harbour", "house")
