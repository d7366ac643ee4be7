"""One run through every built command, so that each output can be held against its schema."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.cli.conftest import (
    COST,
    ROLE,
    Cli,
    Ended,
    Typed,
    TypesGroups,
    new_place,
)
from tests.e2e.cli.night import live_a_night
from tests.e2e.cli.two_people import live_as_two
from tests.e2e.cli.world_cases import STREET, goes_missing, stays_somewhere
from tests.e2e.signed_packs import bulgaria

PACK = Path(__file__).resolve().parents[3] / "resources/packs/base"


@dataclass
class World:
    """Two devices of one office and a partner, and what every command has said.

    Shape: `said` maps the words of a command to how it ended, newest last.
    """

    ours: Cli
    second: Cli
    partner: Cli
    code: str
    said: dict[str, list[Ended]] = field(default_factory=dict)

    def run(self, cli: Cli, words: str, *arguments: object, typed: Typed = "") -> dict:
        """Run a command that has to succeed, and give its data."""
        ended = cli(*words.split(), *arguments, typed=typed)
        self.said.setdefault(words, []).append(ended)
        assert ended.code == 0, f"{words}: {ended.code} {ended.err} {ended.out}"
        return ended.said.get("data", {})

    @property
    def stick(self) -> Path:
        return self.ours.place / "stick"


def live(world: World) -> None:
    """Let everything happen once."""
    _look_around(world)
    _directory(world)
    _post(world)
    _devices(world)
    _stores(world)
    _invitation(world)
    _ending(world)
    _conflict(world)
    _boxes(world)
    _files(world)
    live_as_two(world)


def _look_around(world: World) -> None:
    ours, code, run = world.ours, world.code, world.run
    for words in (
        "audit list",
        "vault info",
        "vault verify",
        "user list",
        "root show",
        "case list",
    ):
        run(ours, words)
    stays_somewhere(world)
    goes_missing(world)
    _age_decided(world, run(ours, "case new", "--child", "unknown")["code"])
    run(ours, "case show", code)
    run(ours, "case history", code, "--limit", "5")
    run(ours, "case copy", code, "--to", world.stick, "--as", "pdf-password", typed="SAFE\n")
    run(ours, "answer set", code, "screening.started_at", "2026-05-04T10:15")
    run(ours, "answer set", code, "screening.birth_date", "-", "--state", "unknown")
    run(
        ours,
        "answer correct",
        code,
        "screening.started_at",
        "It was the evening",
        "--on",
        "2026-05-06",
    )
    run(ours, "case show", code)
    _days(world)
    one = {"field": "screening.situation[+1].tasks", "value": "Picking"}
    text = json.dumps({"pack": "base", "answers": [one]})
    run(ours, "answer import", code, ours.file("more.json", text))
    _counts(world)
    run(ours, "search", "plantednam")
    run(ours, "search", "Plamtedname", "--limit", "1")
    paper = ours.file("paper.txt", "Planted paper")
    run(ours, "attachment add", code, paper, "--compartment", "core", "--label", "A paper")
    kept = run(ours, "attachment list", code)["attachments"][0]["attachment"]
    run(ours, "attachment save", code, kept, "--to", world.stick, typed="PLAINTEXT\n")
    row = ("--purpose", "health", "--recipient", "Clinic", "--groups", "needs")
    ids = run(ours, "consent record", code, *row, "--answer", "yes")["ids"]
    run(ours, "consent withdraw", code, *ids)
    run(ours, "consent list", code)


def _counts(world: World) -> None:
    """Somebody looks at figures, and lets a table of a year that is over leave."""
    ours, run = world.ours, world.run
    run(ours, "stats", "persons_by_age_and_gender", "--from", "2020", "--min-cell", "12")
    of_year = ("--from", "2020", "--to", "2020", "--out", world.stick)
    (table,) = run(ours, "release make", "persons_by_citizenship", *of_year)["releases"]
    run(ours, "release list")
    run(ours, "release verify", table["file"])


def _age_decided(world: World, code: str) -> None:
    """An authority has decided about an age, and the first of two people signs it."""
    ours, run = world.ours, world.run
    said = {"authority": "Court of a town", "date": "2026-11-20", "reasons": "A certificate came"}
    answers = [
        {"field": f"age[+1].age_decision[+1].{name}", "value": value}
        for name, value in said.items()
    ]
    text = json.dumps({"pack": "base", "answers": answers})
    items = run(ours, "answer import", code, ours.file("age.json", text))["items"]
    run(ours, "child off", code, items["age[+1]"])


def _days(world: World) -> None:
    """Tracks and clocks, with the country pack that has a rule to be checked."""
    ours, code, run = world.ours, world.code, world.run
    run(ours, "pack use", "gb")
    decided = (("dec_step", "first_decision"), ("dec_result", "negative"))
    run(ours, "answer set", code, "decision[+].dec_received", "2026-11-20")
    for name, value in decided:
        run(ours, "answer set", code, f"decision.{name}", value)
    run(ours, "event add", code, "support_changed", "--support", "assisted", "--words", "Moved in")
    live_a_night(world)
    run(ours, "clock list")
    entry = run(ours, "register set", "interpreters[+1].in_check", "yes")["items"]
    address = f"interpreters[{entry['interpreters[+1]']}].in_name[+1].name"
    run(ours, "register set", address, "Lantern line")
    run(ours, "register list", "interpreters")
    run(ours, "answer set", code, "screening.indicators[+1].sign", "gen.debt")
    run(ours, "case signs", code)
    shown = run(ours, "case show", code)["answers"]
    talk = next(one["item"] for one in shown if one["form"] == "screening" and "item" in one)
    run(ours, "answer paper", code, talk, "--at", "2026-11-23T02:10", "--right")
    run(ours, "handover make", code, "--to", world.stick, "--lang", "ar")
    slip = run(ours, "handover make", code)
    run(ours, "handover take", slip["handover"])
    run(ours, "form blank", "incident", "--to", world.stick)
    run(ours, "today", "--days", "60")
    run(ours, "clock confirm", code, "gb_reconsideration", "2099-12-04")
    run(ours, "case show", code)
    run(ours, "case list", "--filter", "track.support=assisted")
    run(ours, "pack use")


def _directory(world: World) -> None:
    ours, run = world.ours, world.run
    run(ours, "directory list")
    file = ours.place / "directory.json"
    run(ours, "directory export", file)
    run(ours, "directory import", file)


def _post(world: World) -> None:
    ours, partner, run, stick = world.ours, world.partner, world.run, world.stick
    init = ("--user", "P-01", "--org", "Shelter A", "--role", ROLE, "--kdf", COST)
    run(partner, "init", *init)
    card = stick / "a.nrmcard"
    digits = run(partner, "card export", card)["digits"]
    run(ours, "card import", card, "--kind", "shelter", typed=f"{' '.join(digits)}\n")
    entries = run(ours, "directory list")["entries"]
    office = next(one["id"] for one in entries if one["card"])
    to = ("--recipient", office, "--purpose", "refer")
    groups = ("--groups", "identity,needs,risk", "--answer", "yes")
    agreed = run(ours, "consent record", world.code, *to, *groups)["ids"]
    run(ours, "referral preview", world.code, *to)
    sent = run(ours, "referral export", world.code, *to, "--to", stick, "--as", "packet")
    run(ours, "referral export", world.code, *to, "--to", stick, "--as", "pdf-password")
    taken = run(partner, "referral import", sent["file"])
    answer = ("--state", "accepted", "--to", partner.place)
    typed = run(partner, "referral answer", taken["referral"], *answer)["typed"]
    run(ours, "referral receipt", taken["receipt"]["file"])
    run(ours, "referral receipt", typed)
    run(ours, "referral list", world.code)
    _taken_back(world, agreed)


def _taken_back(world: World, agreed: list[str]) -> None:
    """What went to the other office is taken back, and one of two files is told of."""
    ours, run, code = world.ours, world.run, world.code
    run(ours, "consent withdraw", code, *agreed)
    notices = run(ours, "consent notices", code)["notices"]
    assert [one["notice"] for one in notices] == ["queued", "queued"]
    by_way = {one["as"]: one["referral"] for one in notices}
    one = by_way["password_pdf"]
    run(ours, "consent told", code, one, "--way", "spoken")
    words = ours.file("kept.txt", "The law asks for the bill.")
    stays = ("--way", "letter", "--reply", "keeps_part", "--words", f"@{words}")
    assert run(ours, "consent told", code, one, *stays)["owed"] == 1
    run(ours, "consent letter", code, one, "--to", world.stick)
    run(ours, "consent notices", code)
    said = run(ours, "referral list", code)["referrals"]
    told = {each.get("withdrawal_notice") for each in said}
    assert {"queued", "sent"} <= told
    _sealed_notice(world, by_way["sealed_packet"])


def _sealed_notice(world: World, packet: str) -> None:
    """The other office gets a sealed notice, and its answer comes back."""
    ours, partner, run, stick = world.ours, world.partner, world.run, world.stick
    sent = run(ours, "consent send", world.code, packet, "--to", stick)
    assert sent["owed"] == 0
    came = run(partner, "consent import", sent["file"])
    assert run(partner, "consent import", sent["file"])["duplicate"]
    (asked,) = run(partner, "consent asked", came["cases"][0])["asked"]
    reply = ("--reply", "erased", "--to", stick)
    back = run(partner, "consent answer", came["cases"][0], asked["notice"], *reply)
    assert run(ours, "referral receipt", back["file"])["state"] == "erased"
    assert run(partner, "consent asked", came["cases"][0])["asked"][0]["answers"]


def _stores(world: World) -> None:
    """No server is spoken to here; test_cli_stores speaks to real ones."""
    ours, run, address = world.ours, world.run, "webdavs://server.invalid/path"
    with ours.patch.context() as patch:
        patch.setenv("NRM_STORE_USER", "office")
        patch.setenv("NRM_STORE_PASSWORD", "an invented password")
        run(ours, "store add", address)
    run(ours, "store list")
    run(ours, "store remove", address)
    run(ours, "store test", world.stick)


def _devices(world: World) -> None:
    ours, second, run, stick = world.ours, world.second, world.run, world.stick
    asked = run(second, "device request", stick, "--user", "P-02", "--kdf", COST)
    said = f"{' '.join(asked['digits'])}\n"
    role = ("--role", ROLE)
    done = run(ours, "device approve", asked["file"], stick, *role, typed=said)
    run(second, "device join", done["file"], typed=f"{' '.join(done['org_words'])}\n")
    run(ours, "sync", stick, "--dry-run")
    run(ours, "sync", stick)
    run(second, "sync", stick)
    run(second, "device list")
    run(second, "sync status")


def _invitation(world: World) -> None:
    """Somebody begins with a file and digits, and is confirmed once the stick was here."""
    ours, run, stick = world.ours, world.run, world.stick
    made = run(ours, "invite create", "P-40", "--role", ROLE, "--to", stick, "--days", "7")
    field = ours.other("field")
    first = (ours.place / "passphrase").read_text(encoding="utf-8").splitlines()[0]
    kept = (ours.place / "passphrase").read_text(encoding="utf-8")
    ours.file("passphrase", f"{first}\n{made['secret']}\n")
    try:
        run(field, "invite open", made["file"], "--kdf", COST, "--label", "field laptop")
    finally:
        ours.file("passphrase", kept)
    run(field, "sync", stick)
    run(ours, "sync", stick)
    (row,) = run(ours, "invite list")["invitations"]
    assert [one["state"] for one in row["claims"]] == ["waiting"]
    run(ours, "invite confirm", "P-40")
    run(ours, "sync", stick)
    run(field, "sync", stick)


def _ending(world: World) -> None:
    """The field laptop is ended while it is away; its honest work is taken over."""
    ours, run, stick = world.ours, world.run, world.stick
    field = ours.other("field")
    run(field, "answer set", world.code, "screening.medical_now", "yes")
    run(field, "answer set", world.code, "screening.started_at", "2026-05-04T11:15")
    run(field, "answer set", world.code, "address.ad_way", f"{STREET}, by the back door")
    rows = run(ours, "device list")["devices"]
    device = next(one["id"] for one in rows if one["label"] == "field laptop")
    ending = ("device revoke", device[:12], "--reason", "left")
    run(ours, *ending, typed=f"{device[:6]}\n")
    run(ours, "sync", stick)
    ended = field("sync", stick)
    assert [one["kind"] for one in ended.said["data"]["alarms"]] == ["no_key"]
    run(ours, "sync", stick)
    held = run(ours, "quarantine list")["held"]
    assert {one["user"] for one in held} == {"P-40"}
    mine = [one["id"] for one in held if one["may_adopt"]]
    for name in mine:  # one of them says where the person stays
        run(ours, "quarantine show", name[:12])
    own = mine[0]
    run(ours, "quarantine adopt", own)
    assert own not in {one["id"] for one in run(ours, "quarantine list")["held"]}
    run(ours, "sync", stick)


def _conflict(world: World) -> None:
    ours, second, run, stick = world.ours, world.second, world.run, world.stick
    run(ours, "answer set", world.code, "screening.danger_now", "yes")
    run(second, "answer set", world.code, "screening.danger_now", "-", "--state", "unknown")
    run(ours, "sync", stick)
    run(second, "sync", stick)
    found = run(second, "conflict list")["conflicts"]
    assert [one["policy"] for one in found] == ["protective"]
    run(second, "case show", world.code)
    run(second, "conflict resolve", found[0]["id"], "--keep", found[0]["acting"])
    run(second, "sync", stick)
    run(ours, "sync", stick)
    assert run(ours, "conflict list")["conflicts"] == []


def _boxes(world: World) -> None:
    ours, code, run = world.ours, world.code, world.run
    text = json.dumps({"form": "quick", "answers": {"quick.q_writer": "P-07"}})
    for _ in range(2):
        run(ours, "box write", ours.file("box.json", text))
    first, second = (each["box"] for each in run(ours, "box list")["boxes"])
    run(ours, "box adopt", first)
    run(ours, "box adopt", second, "--case", code)


def _ways_back(world: World) -> None:
    """Somebody reads the code on the screen, types two groups back, and later forgets."""
    ours, run = world.ours, world.run
    code = run(ours, "recovery create", typed=TypesGroups())["code"]
    run(ours, "recovery check", typed=TypesGroups(code.split()))
    secrets = (ours.place / "passphrase").read_text(encoding="utf-8")
    ours.file("passphrase", f"{code.lower()}\n{secrets}")
    run(ours, "recovery use")
    ours.file("passphrase", secrets)
    _office(world)


def _office(world: World) -> None:
    """The second laptop forgets, and the office answers. It comes last: it is not certified yet."""
    ours, second, run, stick = world.ours, world.second, world.run, world.stick
    key = run(ours, "recovery office-key", stick)
    run(second, "recovery office", key["file"], typed=f"{' '.join(key['words'])}\n")
    asked = run(second, "recovery request", stick)
    said = f"{' '.join(asked['digits'])}\n"
    answered = run(ours, "recovery answer", asked["file"], stick, typed=said)
    run(second, "recovery take", answered["file"])


def _files(world: World) -> None:
    ours, run, stick = world.ours, world.run, world.stick
    run(ours, "arrivals", stick)
    run(ours, "carry", ours.place)
    run(ours, "root renew", "--to", ours.place / "renewed.nrmx")
    run(ours, "root registrar", "P-02", "--to", ours.place / "second.nrmx")
    run(ours, "bundle verify", stick)
    run(ours, "bundle info", next(stick.rglob("*.nrmx")))
    made = run(ours, "backup create", ours.place)
    run(ours, "backup verify", made["file"])
    _restore(world, made["file"])
    _ways_back(world)
    run(ours, "pack check", PACK)
    run(ours, "pack docs", ours.place / "pages")
    bodies = ours.place / "bodies.json"
    run(ours, "pack authorities", bodies, "--country", "gb")
    run(ours, "directory import", bodies)
    _packs(world)


def _packs(world: World) -> None:
    """A newer pack goes to the second laptop, and one of the program is chosen beside it."""
    ours, run = world.ours, world.run
    made = run(ours, "pack seal", bulgaria(ours.place / "bg"), world.stick)
    run(ours, "pack take", made["file"])
    run(ours, "pack take", made["file"])
    run(ours, "pack use", "gb", "bg")
    run(ours, "pack list")
    run(ours, "pack list", "--changes", "--lang", "uk")
    run(ours, "pack use")


def _restore(world: World, file: str) -> None:
    """On another computer: there no anchor of the first one lies."""
    back = Cli(new_place(world.ours.place / "elsewhere"), world.ours.patch, "restored")
    world.run(back, "backup restore", file)
    world.run(back, "device renew", "--label", "the new one")
    world.run(back, "case new", "--child", "unknown")
