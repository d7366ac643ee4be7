"""Every command's output, good and failing, against the published schemas."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.e2e.cli.conftest import SECOND
from tests.e2e.cli.test_cli_surface import BUILT

SCHEMAS = Path(__file__).parent / "schemas"
PLAYED_ELSEWHERE = {"practice", "selftest"}
"""They take long and are held against their schemas where they are played: test_cli_story."""
FAILING = {  # one way in which each command refuses; `{code}` is a case, `{stick}` a folder
    "practice": ("--headless", "--out", "{full}"),
    "init": ("--org", "X", "--role", "coordinator_intake", "--user", "P-09", "--kdf", "64:3:1"),
    "user add": ("P-21", "--role", "nobody"),
    "user list": (),
    "user remove": ("P-99",),
    "passphrase change": (),
    "erase": ("{code}", "--order", "{nothing}"),
    "recovery create": (),
    "recovery check": (),
    "recovery use": (),
    "recovery office-key": ("{nothing}/nowhere",),
    "recovery office": ("{nothing}",),
    "recovery request": ("{stick}",),
    "recovery answer": ("{nothing}", "{stick}"),
    "recovery take": ("{nothing}",),
    "root show": (),
    "root renew": ("--to", "{passphrase}"),
    "root registrar": ("P-99", "--to", "{nothing}"),
    "vault info": (),
    "vault verify": (),
    "case new": (),
    "case list": ("--filter", "colour=red"),
    "case show": ("ZZZZ-ZZZZ",),
    "case signs": ("ZZZZ-ZZZZ",),
    "case history": ("{code}", "--limit", "9999"),
    "case close": ("{code}", "--reason", "own_wish"),
    "case copy": ("{code}", "--to", "{stick}", "--as", "pdf"),
    "case join": ("{code}", "{code}", "--reason", "opened_twice"),
    "case part": ("{code}", "nonsense", "--reason", "two_people"),
    "case reopen": ("{code}",),
    "group join": ("{code}", "--kind", "nonsense"),
    "group list": ("nonsense",),
    "missing tell": ("{code}", "00", "--recipient", "Shelter A"),
    "case unseal": ("{code}", "address", "--reason", "A drive at noon"),
    "access ask": ("{code}", "nonsense"),
    "access decide": ("{code}", "nonsense", "--decision", "granted", "--reason", "x"),
    "access list": ("ZZZZ-ZZZZ",),
    "retention list": ("--no-such-option",),
    "case destroy": ("{code}",),
    "erasure proof": ("ZZZZ-ZZZZ", "--to", "{stick}"),
    "hold set": ("{code}", "--ground", "nonsense", "--reason", "x"),
    "hold end": ("{code}", "nonsense", "--reason", "x"),
    "child off": ("{code}", "nonsense"),
    "today": ("--days", "9999"),
    "event add": ("{code}", "nonsense"),
    "shift show": (),
    "shift read": ("ZZZZ-ZZZZ",),
    "duty show": (),
    "clock list": ("--no-such-option",),
    "clock confirm": ("{code}", "nonsense", "2026-12-04"),
    "pack use": ("nowhere",),
    "answer set": ("{code}", "screening.danger_now", "perhaps"),
    "answer correct": ("{code}", "screening.danger_now", ""),
    "handover make": ("ZZZZ-ZZZZ",),
    "shift print": ("--to", "{nothing}"),
    "handover take": ("AAAAA-AAAAA-AAAA",),
    "answer paper": ("{code}", "ffff"),
    "form blank": ("nonsense", "--to", "{stick}"),
    "answer move": ("{code}", "{nothing}"),
    "answer import": ("{code}", "{nothing}"),
    "attachment add": ("{code}", "{nothing}"),
    "attachment list": ("ZZZZ-ZZZZ",),
    "attachment save": ("{code}", "00", "--to", "{stick}"),
    "audit list": ("--filter", "colour=red"),
    "box write": ("{nothing}",),
    "box list": (),
    "box adopt": ("0000000000000000",),
    "search": ("!?",),
    "stats": ("nowhere",),
    "release make": ("nowhere", "--from", "2020", "--to", "2020", "--out", "{stick}"),
    "release list": (),
    "release link": ("Nobody", "--from", "2020", "--to", "2020", "--out", "{stick}"),
    "release settle": ("ffffffff", "eeeeeeee"),
    "release verify": ("{nothing}",),
    "consent record": (
        *("{code}", "--purpose", "refer", "--recipient", "Shelter A"),
        *("--groups", "everything", "--answer", "yes"),
    ),
    "consent withdraw": ("{code}", "00"),
    "consent list": ("0000-0000",),
    "consent notices": ("0000-0000",),
    "consent told": ("{code}", "r-none00", "--way", "spoken"),
    "consent letter": ("{code}", "r-none00", "--to", "{stick}"),
    "consent send": ("{code}", "r-none00", "--to", "{stick}"),
    "consent import": ("{nothing}",),
    "consent asked": ("0000-0000",),
    "consent answer": ("{code}", "00", "--reply", "erased", "--to", "{stick}"),
    "referral preview": ("{code}", "--recipient", "Nobody", "--purpose", "refer"),
    "referral export": (
        *("{code}", "--recipient", "Shelter A", "--purpose", "refer"),
        *("--to", "{stick}", "--as", "packet"),
    ),
    "referral import": ("{nothing}",),
    "referral answer": ("r-aaaaaa", "--state", "accepted", "--to", "{stick}"),
    "referral receipt": ("AAAA-AAAA-AAAA-AAAA-AAAA",),
    "referral list": ("nonsense",),
    "register list": ("directory",),
    "register set": ("interpreters.in_check", "perhaps"),
    "directory list": (),
    "directory import": ("{nothing}",),
    "directory export": ("{passphrase}",),
    "card export": ("{passphrase}",),
    "card import": ("{nothing}",),
    "device request": ("{stick}", "--user", "P-02"),
    "device approve": ("{nothing}", "{stick}"),
    "device join": ("{nothing}",),
    "device list": (),
    "invite create": ("P-30", "--role", "nobody", "--to", "{stick}"),
    "invite open": ("{nothing}",),
    "invite confirm": ("P-77",),
    "invite list": (),
    "sync": ("webdavs://name@server/path",),
    "store add": ("webdavs://name@server/path",),
    "store list": (),
    "store remove": ("webdavs://nobody/keeps/this",),
    "store test": ("webdavs://name@server/path",),
    "arrivals": ("{nothing}",),
    "carry": ("{nothing}",),
    "bundle verify": ("{nothing}",),
    "bundle info": ("{nothing}",),
    "device revoke": ("ffff", "--reason", "lost"),
    "quarantine list": (),
    "quarantine show": ("ffff",),
    "quarantine adopt": (),
    "conflict list": (),
    "conflict resolve": ("0000000000000000", "--value", "x"),
    "backup create": ("{nothing}",),
    "backup verify": ("{nothing}",),
    "backup restore": ("{nothing}",),
    "device renew": ("{stick}",),
    "pack check": ("{nothing}",),
    "pack docs": ("{full}",),
    "pack authorities": ("{passphrase}", "--country", "gb"),
    "pack seal": ("{nothing}", "{stick}"),
    "pack take": ("{nothing}",),
    "pack list": (),
    "sync status": (),
}


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def name_of(words: str) -> str:
    return words.replace(" ", "-")


@pytest.mark.parametrize(
    "command",
    [one for one in BUILT if one.words not in PLAYED_ELSEWHERE],
    ids=lambda one: one.words,
)
def test_what_a_command_says_fits_its_schema(command, world):
    for ended in world.said[command.words]:
        validator(name_of(command.words)).validate(ended.said)


@pytest.mark.parametrize(
    "command", [one for one in BUILT if one.words in FAILING], ids=lambda one: one.words
)
def test_what_a_refusal_says_fits_the_schema_of_errors(command, cli, code):
    places = {
        "code": code,
        "stick": cli.place / "stick",
        "nothing": cli.place / "nothing",
        "full": cli.file("full/README.md", "mine").parent,
        "passphrase": cli.place / "passphrase",
    }
    words = [word.format(**places) for word in FAILING[command.words]]
    needs_fault = not FAILING[command.words]
    if needs_fault:
        (cli.place / "passphrase").write_text(f"wrong {SECOND}\n", encoding="utf-8")

    ended = cli(*command.words.split(), *words)

    assert ended.code in {2, 3, 4, 5, 6}
    validator("error").validate(ended.said)
    assert ended.said["command"] == command.words
    assert ended.said["error"]["exit"] == ended.code
    assert ended.err.strip(), "people are told too"


def test_every_schema_belongs_to_a_command_and_knows_all_its_fields():
    names = {path.stem for path in SCHEMAS.glob("*.json")}

    assert names == {name_of(one.words) for one in BUILT} | {"error"}
    for name in names:
        assert all(one["additionalProperties"] is not True for one in objects(validator(name)))


def objects(checked: Draft202012Validator):
    waiting = [checked.schema]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if "properties" in here and "type" in here:
                yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


def test_the_preview_says_the_digest_of_what_is_sent(world):
    previewed = world.said["referral preview"][-1].data
    sent = world.said["referral export"][0].data

    assert previewed["digest"] == sent["digest"]
    assert len(previewed["included"]) == sent["included"]
    assert len(previewed["withheld"]) == sent["withheld"]


def test_an_answer_that_is_there_already_makes_no_commit(cli, code):
    first = cli("answer", "set", code, "screening.danger_now", "no").data

    assert first["unchanged"] is True
    assert first["superseded"] == []


@pytest.mark.rule("R21")
def test_unknown_declined_and_no_stay_different(cli, code):
    for state in ("unknown", "declined", "not_asked"):
        said = cli("answer", "set", code, "screening.medical_now", "-", "--state", state).data
        assert said["answer"]["state"] == state
        assert "value" not in said["answer"]

    said = cli("answer", "set", code, "screening.medical_now", "no").data

    assert said["answer"]["value"] is False
