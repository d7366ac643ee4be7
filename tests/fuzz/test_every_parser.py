"""Every function that reads foreign bytes or texts has a fuzz target; a new one is noticed here."""

import ast
from pathlib import Path

import pytest
from tests.fuzz.targets import targets

SOURCE = Path(__file__).parents[2] / "src/nrm_desktop"
WORDS = ("decode", "read", "open", "parse", "check", "checked")
FOREIGN = ("bytes", "str", "Item", "RangeReader")
PLACES = ("app", "domain", "security", "sync", "exchange", "documents", "storage", "bootstrap")
NOT_FOREIGN = {
    "addresses.parse_address": "names a field, typed by the acting person",
    "answering.read_answer": "a value that strict JSON has let through, typed by the acting person",
    "asking.read_question": "typed into our own search; nothing is refused there",
    "cbor.decode_own": "for bytes that we have written ourselves, never for others",
    "cose.check_signed_by": "compares a signature, parses nothing",
    "acts.check_act": "checks signatures over what `act` and `statement` have read",
    "acts.read_own_act": "reads an act that we have signed just now, by `act of ours`",
    "enrolment.open_welcome": "reads by `sealed file`, `welcome`, `root` and `act`",
    "invitation.open_invitation": "reads by `invitation file`, `invitation body`, `root` and `act`",
    "invitation.read_claim": "reads by `statement` and `claim`",
    "invitation.read_digits": "typed by the acting person",
    "fingerprints.read_word_list": "a file that ships with the program",
    "exchange.read_checked": "a checkpoint from our own database, by `checkpoint`",
    "keyboxes.read_members": "reads by `keybox`, `statement` and `member list`",
    "planner.read_log_name": "a name that we have made ourselves, by `log_name`",
    "files_database.read_chunk": "takes the name of a row",
    "headless.open_vault": "takes a passphrase",
    "authorities.parse_authorities": "a part of `form pack`",
    "counter.parse_counter": "a part of `form pack`",
    "ids.read_hex": "a text within a value that was read; gives an id or nothing",
    "known_forms.decode_known": "what this laptop keeps of itself in its own database",
    "known_forms.decode_outline": "what this laptop keeps of itself in its own database",
    "parse_condition.parse_condition": "a part of `form pack`",
    "parse_field.parse_field": "a part of `form pack`",
    "parse_form.parse_form": "a part of `form pack`",
    "parse_times.parse_clocks": "a part of `form pack`",
    "keeping.parse_keeping": "a part of `form pack`",
    "statistics.parse_statistics": "a part of `form pack`",
    "wording.parse_wording": "a part of `form pack`",
    "counting.read_period": "typed by the acting person",
    "opening.open_server": "an address that was looked at, with what opens it",
    "opening.open_copy_by_recovery": "takes a recovery key, over parts of `vault header`",
    "passphrase.check_new": "takes a passphrase",
    "practice_window.open_practice_window": "takes a passphrase",
    "primitives.open_aead": "the cipher itself; every sealed target goes through it",
    "releases.check_release": "reads by `tagged file` and `signature of a table`",
    "restoring.check_backup": "takes a passphrase",
    "safe.open_safe": "takes a passphrase",
    "sealed_object.check_name": "compares a hash, parses nothing",
    "slot_locks.open_data_key": "the cipher itself, over parts of `vault header`",
    "slot_locks.open_from_slot": "the cipher itself, over parts of `vault header`",
    "slot_locks.open_seeds": "the cipher itself, over parts of `vault header`",
    "typed_secrets.check_new_passphrase": "takes a passphrase",
    "validate.parse_text": "typed by the acting person into a field",
}
"""Functions with such a name that get nothing from outside, and why."""


def parsers() -> set[str]:
    """`module.function` of all that takes foreign things, by their names and types."""
    found = set()
    for place in PLACES:
        for path in (SOURCE / place).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and _is_parser(node):
                    found.add(f"{path.stem}.{node.name}")
    return found


def _is_parser(node: ast.FunctionDef) -> bool:
    types = [ast.unparse(each.annotation) for each in node.args.args if each.annotation]
    return node.name.split("_")[0] in WORDS and any(each in FOREIGN for each in types)


def covered() -> set[str]:
    return {function for target in targets().values() for function in target.covers}


def test_every_parser_of_foreign_bytes_has_a_fuzz_target():
    missing = parsers() - covered() - NOT_FOREIGN.keys()

    assert not missing, (
        f"add a target in tests/fuzz, or say why nothing comes from outside: {missing}"
    )


def test_what_is_called_not_foreign_is_there_and_has_no_target():
    assert not NOT_FOREIGN.keys() - parsers()
    assert not NOT_FOREIGN.keys() & covered()


@pytest.mark.parametrize("name", sorted(targets()))
def test_what_a_target_says_to_cover_exists(name):
    for function in targets()[name].covers:
        module, _, attribute = function.partition(".")
        places = [path for path in SOURCE.rglob(f"{module}.py") if attribute in path.read_text()]
        assert places, function
