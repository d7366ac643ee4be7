"""N5: where a person stays is in no output of the program but the one act that opens it.

The outputs are listed by the program itself: its commands, its kinds of passing on, what is
rendered, what is read from the database. Whoever adds one has to say here what becomes of a street.
"""

import ast
import subprocess
from dataclasses import replace

import pytest
from tests.architecture.source import dotted, modules
from tests.e2e.cli.conftest import SECOND, Cli
from tests.e2e.cli.test_cli_surface import BUILT
from tests.e2e.cli.world_cases import STREET
from tests.e2e.laptops import new_record
from tests.e2e.situations.people import workers
from tests.e2e.test_no_plaintext import found_in
from tests.fakes.desk import base_forms
from tests.faults.test_markers import forms_of

from nrm_desktop.app.audit_acts import ActKind, acts_of
from nrm_desktop.app.commands import AddDirectoryEntry, IssueReferral, ReferralWish
from nrm_desktop.app.counting_ports import CountAsked
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.referring import WAYS
from nrm_desktop.app.showing import items_of
from nrm_desktop.app.timing import now_of
from nrm_desktop.app.work_list import work_list
from nrm_desktop.bootstrap.headless import sight_of
from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.disclosure import (
    CONSENT,
    GROUND_PURPOSES,
    OWN_COPY,
    OWN_REQUEST,
    THE_PERSON,
    DisclosureRequest,
    decide,
)
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.sealed import is_sealed
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.reader import SqlReader

pytestmark = pytest.mark.rule("N5")

OPENS = "case unseal"
"""The one command that shows a sealed address, to whoever may open it."""
NOT_IN_THE_WORLD = {"practice", "selftest"}
"""They make vaults of their own, with invented cases that have no such record."""
WHERE_SENDING_IS_SHOWN = {
    "attachment.save": "a file of the case, never a field",
    "backup.create": "sealed; the folder of every backup is searched here",
    "consent.letter": "the number of a file, groups of data, and no answer",
    "disclosure.tell": "words that somebody says; the engine decides which may be said",
    "directory.export": "code names and numbers to call",
    "erasure.proof": "kinds of questions and computers; no answer",
    "exchange.run": "sealed; every store is searched here",
    "handover.slip": "two codes; the ticks in one of them are sealed",
    "notice.answer": "the id of a notice, and words that somebody says",
    "notice.send": "the number of a packet and groups of data; sealed",
    "referral.begin": "a note inside the safe",
    "referral.issue": "the engine decides; every way and kind of recipient is played here",
    "release.link": "classes of a table, each shared by many, under names for one recipient",
    "release.make": "counts of many people",
    "shift.print": "lines of a shift without the bed; numbers to call of the duty sheet",
}
RENDERED_BY = {
    "documents/blank_document.py": "forms without a value",
    "documents/erasure_document.py": "kinds of questions and computers; no answer",
    "documents/notice_document.py": "the number of a file and groups of data; no answer",
    "documents/referral_document.py": "a disclosure and nothing else",
    "documents/selftest.py": "an invented text",
    "documents/shift_document.py": "lines of a shift without the bed, and the duty sheet",
    "documents/slip_document.py": "two codes and a day",
}
"""What draws pages, and what it is given."""


def test_every_kind_of_output_is_decided_about():
    assert set(acts_of(ActKind.SEND)) == set(WHERE_SENDING_IS_SHOWN)
    assert set(WAYS) == {"packet", "pdf", "pdf-password"}
    rendering = {
        module.name.partition("nrm_desktop/")[2]
        for module in modules("src")
        if "documents.renderer" in module.text
        for node in module.nodes(ast.ImportFrom)
        if node.module == "nrm_desktop.documents.renderer"
        and {"render", "draw_strips"} & {name.name for name in node.names}
    }
    assert rendering == set(RENDERED_BY)


def test_window_titles_are_fixed_words():
    titles = [
        node.args[0]
        for module in modules("src")
        if "setWindowTitle" in module.text
        for node in module.nodes(ast.Call)
        if dotted(node.func).rpartition(".")[2] == "setWindowTitle"
    ]
    said = [one.args[0] for one in titles if isinstance(one, ast.Call)]
    assert len(said) == len(titles) > 0
    assert all(isinstance(one, ast.Constant) for one in said)


def test_no_command_and_no_file_says_it_but_the_one_that_opens_it(world):
    """Everything was played once, by somebody who may read the place of a person."""
    played = {one.words for one in BUILT} - NOT_IN_THE_WORLD
    assert set(world.said) == played
    for words, ended in world.said.items():
        said = [f"{one.out}{one.err}{one.lines}" for one in ended]
        telling = [text for text in said if STREET in text]
        assert bool(telling) is (words == OPENS), words

    files = [path for path in world.ours.place.rglob("*") if path.is_file()]
    names = "\0".join(str(path.relative_to(world.ours.place)) for path in files)
    assert len(files) > 50
    assert STREET.lower() not in names.lower()
    assert found_in([STREET], *(path.read_bytes() for path in files)) == set()
    assert any(form in b"Qvxzstreet 12" for form in forms_of(STREET)), "the search finds what is"


CHANGES = {
    *("answer paper", "hold end", "hold set"),
    *("access ask", "access decide", "case destroy", "erasure proof", "handover make"),
    *(
        "answer correct",
        "answer import",
        "answer move",
        "answer set",
        "attachment add",
        "attachment save",
    ),
    *("case join", "case part"),
    *("case close", "case reopen", "child off", "clock confirm", "consent record"),
    *(
        "consent answer",
        "consent letter",
        "consent send",
        "consent told",
        "consent withdraw",
        "erase",
        "event add",
    ),
    *("group join", "missing tell"),
}
"""They say ids, counts and what their own line gave them; the run of every command shows it."""
READS = {  # what is asked by somebody whose role does not show the place
    "access list": ("{code}",),
    "attachment list": ("{code}",),
    "audit list": (),
    "case copy": ("{code}", "--to", "{stick}", "--as", "pdf"),
    "case history": ("{code}",),
    "case list": (),
    "case show": ("{code}",),
    "case signs": ("{code}",),
    "case unseal": ("{code}", "address", "--reason", "I wish to know", "--urgent"),
    "conflict list": (),
    "consent asked": ("{code}",),
    "consent list": ("{code}",),
    "consent notices": ("{code}",),
    "referral export": (
        *("{code}", "--recipient", "Shelter A", "--purpose", "refer"),
        *("--to", "{stick}", "--as", "packet"),
    ),
    "referral list": ("{code}",),
    "referral preview": ("{code}", "--recipient", "Shelter A", "--purpose", "refer"),
    "duty show": (),
    "search": ("{street}",),
    "shift print": ("--to", "{stick}"),
    "shift show": (),
    "today": (),
}


def test_every_command_about_a_case_is_decided_about():
    about_a_case = {
        one.words for one in BUILT if any(part.name == "code" for part in one.arguments)
    }
    assert about_a_case - CHANGES - set(READS) == set(), "what does it say of a street?"


def test_who_may_not_read_the_place_is_told_nothing_by_any_command_about_a_case(cli, code):
    assert cli("answer", "set", code, "address[+].ad_street", STREET).code == 0
    assert cli("answer", "set", code, "safety[+].visitors", f"{STREET} comes").code == 0
    slot = cli("user", "add", "P-21", "--role", "health").data["slot"]
    cli.file("passphrase", f"{SECOND}\n")
    nora = Cli(cli.place, cli.patch, user=slot)
    places = {
        "code": code,
        "stick": cli.place / "stick",
        "street": STREET,
    }
    for words, arguments in READS.items():
        ended = nora(*words.split(), *(one.format(**places) for one in arguments))
        assert ended.code in {0, 3}, (words, ended.err)
        assert STREET not in f"{ended.out}{ended.err}{ended.lines}", words
    assert nora("case", "show", code).data["hidden_compartments"].count("location") == 1


READ_MODELS = {
    "case": lambda reader, case, sight: reader.case(case, sight),
    "cases": lambda reader, _, sight: reader.cases(CaseFilter(), 50, None, sight),
    "closed_days": lambda reader, _, sight: reader.closed_days(["address.ad_since"], sight),
    "conflicts": lambda reader, case, sight: (
        reader.conflicts(sight),
        reader.conflicts(sight, case),
    ),
    "consents": lambda reader, case, _: reader.consents(case, "2026-11-26"),
    "directory": lambda reader, *_: reader.directory(),
    "effects": lambda reader, case, sight: reader.effects(case, sight, [b"r" * 16]),
    "drafts": lambda reader, case, _: reader.drafts(b"u" * 16, case),
    "history": lambda reader, case, sight: reader.history(case, sight, 500),
    "joined": lambda reader, *_: reader.joined(),
    "notices": lambda reader, case, sight: reader.notices(case, sight),
    "asked_to_stop": lambda reader, case, sight: reader.asked_to_stop(case, sight),
    "open_requests": lambda reader, _, sight: reader.open_requests(sight),
    "owed_notices": lambda reader, _, sight: reader.owed_notices(sight),
    "referrals": lambda reader, case, sight: reader.referrals(case, sight),
    "register": lambda reader, _, sight: [
        reader.register(one, sight) for one in ("duty", "sticks")
    ],
    "scope_of_code": lambda reader, *_: reader.scope_of_code("0000-0000"),
    "search": lambda reader, _, sight: reader.search(STREET, sight, 50).hits,
    "setting": lambda reader, *_: reader.setting("search.filled_to"),
    "counted_cases": lambda reader, case, sight: reader.counted_cases(
        CountAsked(frozenset(one.id for one in base_forms().fields()), sight, "2026-11-26"), 500
    ),
    "similar_names": lambda reader, case, sight: reader.similar_names(case, sight),
}


def place_fields(forms):
    """Every question whose answer says where a person is: all that lies in that compartment."""
    return [
        one
        for one in forms.fields()
        if forms.form(one.form).scope is FormScope.CASE
        and not one.is_group
        and forms.compartment_of(one, None) == Compartment.LOCATION
    ]


def write_everywhere(ana, case, fields) -> None:
    """A street of its own in every such field, twice in the sealed ones: people may disagree."""
    forms = ana.laptop.vault.forms

    def save(unit) -> None:
        for number, one in enumerate(fields):
            record = new_record()
            unit.record(
                case, Compartment.LOCATION, OpenRecord(record, forms.record_key(one), None, number)
            )
            for text in (f"{STREET} {number}", f"{STREET} {number} bis"):
                value = ValueOp(OpKind.SET, record, one.id, answered(text))
                unit.record(case, Compartment.LOCATION, value)

    ana.laptop.vault.work.run(save)


@pytest.fixture(scope="module")
def ana(tmp_path_factory):
    with workers(tmp_path_factory.mktemp("ana")) as [one]:
        yield one


@pytest.fixture(scope="module")
def case(ana):
    found = ana.opens_a_case()
    fields = place_fields(ana.laptop.vault.forms)
    assert {"address.ad_street", "safety.routes", "referral.handover_place.place"} <= {
        str(one.id) for one in fields
    }
    write_everywhere(ana, found, fields)
    ana.writes_at(found, {"screening[+1].given_name": "Olena", "screening.danger_now": "yes"})
    return found


def test_no_read_model_shows_it_to_any_role(ana, case):
    """A role that may not read the place sees nothing of it; no role at all sees the address."""
    vault = ana.laptop.vault
    asked = {name for name in dir(SqlReader) if not name.startswith("_")}
    assert asked == set(READ_MODELS)
    streets = [one.id for one in place_fields(vault.forms) if is_sealed(one.id)]
    table, seen = vault.forms.roles, set()
    for role in table.roles:
        sight = sight_of(table, (role,), b"s" * 16)
        for name, read in READ_MODELS.items():
            shown = repr(read(vault.reader, case, sight))
            if not table.may_read((role,), Compartment.LOCATION):
                assert STREET not in shown, (role, name)
            assert not [one for one in streets if f"'{one}'" in shown and name != "history"], name
        work = repr(work_list(vault.reader, vault.forms, sight, now_of(vault.context), 9000))
        assert STREET not in work
        seen.add(STREET in repr(vault.reader.case(case, sight)))
    assert seen == {True, False}, "what is not sealed is read by those who need it"


def test_history_names_the_question_and_not_the_street(ana, case):
    vault = ana.laptop.vault
    rows = [
        row
        for row in vault.reader.history(case, vault.sight, 500).rows
        if row.field and is_sealed(row.field)
    ]
    assert rows
    assert {(row.old, row.new) for row in rows} == {(None, None)}


def test_the_engine_lets_it_go_to_nobody_for_nothing_on_no_ground(ana, case):
    """Every kind of recipient, purpose and ground, with a yes of the person to everything."""
    vault, forms = ana.laptop.vault, ana.laptop.vault.forms
    shown = vault.work.run(
        lambda uow: items_of(vault.context, uow.cells(case), uow.records(case), None)
    )
    items = [replace(one, is_conflict=False) for one in shown]
    sealed = [one.address for one in items if is_sealed(one.field)]
    assert len(sealed) >= 4
    places, recipient = set(), RecipientId("0a" * 16)
    for kind in forms.roles.recipient_roles:
        for purpose in (*forms.codelist("consent_purpose").offered(), OWN_COPY):
            rows = [
                ConsentRecord(new_record(), purpose, recipient, group, "yes")
                for group in forms.codelist("data_group").offered()
            ]
            for ground in (CONSENT, *GROUND_PURPOSES):
                who = THE_PERSON if ground == OWN_REQUEST else recipient
                asked = DisclosureRequest(
                    who, purpose, forms.roles.ceiling(kind), "2026-11-26", ground
                )
                found = decide(asked, items, rows)
                stays = {kept.item.address: kept.reason for kept in found.withheld}
                assert {stays[one] for one in sealed} == {"location_sealed"}
                gone = [g.item for g in found.included if g.item.compartment == 3]
                places |= {(ground, str(one.field)) for one in gone}
                assert not (gone and ground == OWN_REQUEST), "a copy may be found"
    assert (CONSENT, "screening.contact_value") in places, "else it shows nothing"
    assert {ground for ground, _ in places} <= {CONSENT, "child_protection"}


def test_no_page_holds_it_however_it_is_made(ana, case, tmp_path, tool):
    vault = ana.laptop.vault
    house = ana.knows_a_service("shelter", "House by the lake")
    ana.asks(case, house, identity="yes", needs="yes", risk="yes", plan="yes")
    pages = {
        "referral": (ReferralWish(case, house, "refer"), "pdf-password"),
        "plain": (ReferralWish(case, house, "refer"), "pdf"),
        "copy": (ReferralWish(case, THE_PERSON, OWN_COPY, ground=OWN_REQUEST), "pdf"),
    }
    for name, (wish, way) in pages.items():
        (tmp_path / name).mkdir()
        command = IssueReferral(
            wish=wish,
            way=way,
            folder=str(tmp_path / name),
            password="an invented word",
            confirmations=frozenset({"PLAINTEXT", "SAFE"}),
        )
        (event,) = vault.handle(command)
        words = [tool("pdftotext"), "-upw", "an invented word", event.path, "-"]
        text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        assert "Olena" in text, name
        assert STREET not in text, name


def test_everybody_else_is_given_a_code_name_and_a_number_to_call(ana):
    """The house writes where somebody stays; the name of the place reaches every role."""
    vault = ana.laptop.vault
    house = AddDirectoryEntry(kind="shelter", name="Lake house", contact="+359 2 000 111")
    (entry,) = vault.handle(house)
    case = ana.opens_a_case()
    ana.writes(case, address__ad_place=entry.entry.hex(), address__ad_street=STREET)
    ana.writes(case, address__ad_place=entry.entry.hex())

    table = vault.forms.roles
    for role in ("health", "lawyer", "shelter"):
        sight = sight_of(table, (role,), vault.context.signer)
        view = vault.reader.case(case, sight)
        said = {cell.field: cell.acting.answer.value for cell in view.cells}
        assert said["case_registers.cp_place"] == entry.entry.hex()
        assert said["case_registers.cp_phone"] == "+359 2 000 111"
        assert STREET not in repr(view)
    points = [row for row in ana.sees(case).records if row.form == "case_registers.point"]
    assert len(points) == 1, "what was there already is not written again"
