"""Two people on one laptop, in a world in which every command is played once.

On a laptop of its own, because from two people on every command names whose slot is meant.
"""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.cli.clash import plant_twin
from tests.e2e.cli.conftest import COST, PASSPHRASE, ROLE, SECOND, Cli, new_place


def _ended(world: Any, first: Cli, second: str, delete_on: str) -> str:
    """A case that ends, with a second person of the same laptop. Gives its code."""
    run = world.run
    code = run(first, "case new", "--child", "no")["code"]
    for address, value in (
        ("closure[+].initiator", "person"),
        ("closure.risk_at_close", "none"),
        ("closure.retention[+].class", "closed_adult"),
        ("closure.retention.delete_on", delete_on),
    ):
        run(first, "answer set", code, address, value)
    run(first, "case close", code, "--reason", "plan_completed", "--second", second)
    return code


def _rights(world: Any, first: Cli, second: str, who: dict[str, str]) -> None:
    """Somebody wants something erased and gets a proof; a file whose time is over is destroyed."""
    run, stick = world.run, world.stick
    code = run(first, "case new", "--child", "no")["code"]
    run(first, "answer set", code, "screening.given_name", "Plantedname")
    item = run(first, "access ask", code, "erase", "--on", "2026-11-20")["item"]
    run(first, "access decide", code, item, "--decision", "granted", "--reason", "It is yours")
    order = {"ground": "asked for", "fields": ["screening.given_name"], "request": item}
    file = first.file("request.json", json.dumps(order | who))
    run(first, "erase", code, "--order", file, typed=f"{code}\n")
    (request,) = run(first, "access list", code)["requests"]
    assert [one["kinds"] for one in request["erased"]] == [["screening"]]
    run(first, "erasure proof", code, "--to", stick)
    over = _ended(world, first, second, "2026-01-01")
    run(first, "retention list")
    run(first, "case destroy", over, "--second", second, typed=f"{over}\n")
    (erased,) = run(first, "retention list")["erased"]
    assert (erased["code"], erased["left"]) == (over, 0)
    assert erased["keys_ended"], "no other laptop has it: the keys go at once"
    run(first, "erasure proof", over, "--to", stick, "--as", "json")


def _end(world: Any, first: Cli, second: str) -> None:
    """A case of its own ends, is kept from being erased, and begins again."""
    run, code = world.run, _ended(world, first, second, "2031-01-01")
    held = run(first, "hold set", code, "--ground", "proceedings", "--reason", "A trial")["item"]
    assert run(first, "case show", code)["retention"]["stage"] == "held"
    run(first, "hold end", code, held, "--reason", "It is over")
    run(first, "case reopen", code)


def _joined(world: Any, first: Cli, second: str) -> None:
    """Two files turn out to be about one person, and then about two."""
    run = world.run
    lead, other = (run(first, "case new", "--child", "no")["code"] for _ in range(2))
    run(first, "event add", other, "letter")
    why = ("--reason", "opened_twice", "--seen", "same_papers,names_differ")
    made = run(first, "case join", lead, other, *why, "--second", second)
    both = {"goes_on": [lead], "undecided": [], "away": []}
    assert made["joined"] == {"with": [other], **both}
    assert run(first, "case show", other)["joined"]["goes_on"] == [lead]
    listed = {one["code"]: one["joined"] for one in run(first, "case list")["cases"]}
    assert listed[other] == {"with": [lead], **both}
    due = {one["rule"]: one["file"] for one in run(first, "case show", lead)["due"]}
    assert due["letter_taken_in"] == other
    told = [(one["code"], one["file"]) for one in run(first, "today")["items"]]
    assert (lead, other) in told, "a person stands there once, under the file that goes on"
    assert run(first, "consent list", lead) == {"consents": [], "may_hold_more": []}
    parted = run(first, "case part", other, lead, "--reason", "two_people", "--second", second)
    assert parted["joined"] is None


def _moved(world: Any, first: Cli, who: dict[str, str]) -> None:
    """An answer was written into the wrong file, and is moved by two people."""
    run = world.run
    wrong, right = (run(first, "case new", "--child", "no")["code"] for _ in range(2))
    text = json.dumps(
        {"pack": "base", "answers": [{"field": "letters[+1].le_where", "value": "with_lawyer"}]}
    )
    items = run(first, "answer import", wrong, first.file("letter.json", text))["items"]
    order = {"to": right, "items": [items["letters[+1]"]], "reason": "wrong_code", **who}
    run(first, "answer move", wrong, first.file("move.json", json.dumps(order)))


def _settled(world: Any, first: Cli, second: str) -> None:
    """Two laptops released one year twice, and two people say which one is out."""
    run = world.run
    of_year = ("--from", "2020", "--to", "2020", "--out", first.place)
    run(first, "release make", "persons_by_citizenship", *of_year)
    stands, other = plant_twin(first.place, first.user)
    run(first, "release settle", stands, other, "--second", second)
    listed = run(first, "release list")["releases"]
    assert [len(one["withdrawn"]) for one in listed] == [0, 1]
    entry = {"id": "0c" * 16, "kind": "other", "name": "Rapporteur", "contact": ""}
    entries = {"format": 1, "entries": [{**entry, "verified": False}]}
    file = first.file("rapporteur.json", json.dumps(entries))
    run(first, "directory import", file)
    linked = run(first, "release link", "Rapporteur", *of_year, "--second", second)
    assert (linked["people"], linked["hidden"]) == (0, 0)


def live_as_two(world: Any) -> None:
    """A second person confirms an erasure, changes the passphrase, and is removed.

    On a laptop of its own, because from two people on every command names whose slot is meant.
    """
    run = world.run
    ours = Cli(new_place(world.ours.place / "two"), world.ours.patch)
    init = ("--user", "P-01", "--org", "Shelter B", "--role", ROLE, "--kdf", COST)
    run(ours, "init", *init)
    code = run(ours, "case new", "--child", "unknown")["code"]
    run(ours, "answer set", code, "screening.given_name", "Plantedname")
    (own,) = (one["slot"] for one in run(ours, "user list")["users"])
    hers = run(ours, "user add", "P-21", "--role", ROLE)["slot"]
    first, second = Cli(ours.place, ours.patch, user=own), Cli(ours.place, ours.patch, user=hers)
    users = run(first, "user list")["users"]
    assert [(one["slot"], one["signer"]) for one in users] == [
        (own, "certified"),
        (hers, "certified"),
    ]
    _end(world, first, "P-21")
    order = {"ground": "asked for", "fields": ["screening.given_name"], "re_assert": ["*"]}
    who = {"ordered_by": "P-01", "second": "P-21"}
    file = ours.file("order.json", json.dumps(order | who))
    run(first, "erase", code, "--order", file, typed=f"{code}\n")
    _moved(world, first, who)
    _settled(world, first, "P-21")
    _joined(world, first, "P-21")
    _rights(world, first, "P-21", who)
    ours.file("passphrase", f"{SECOND}\n{PASSPHRASE}\n")
    run(second, "passphrase change")
    ours.file("passphrase", f"{PASSPHRASE}\n")
    run(second, "case list")
    run(first, "user remove", "P-21", typed="P-21\n")
    run(ours, "user list")
