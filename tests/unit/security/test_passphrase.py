"""Passphrases: one meaning per keyboard, rules, generator (storage-security.md 4.8)."""

import pytest

from nrm_desktop.domain.errors import ProgramFault, Refused, Usage
from nrm_desktop.security.vault.passphrase import check_new, generate, passphrase_bytes

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
