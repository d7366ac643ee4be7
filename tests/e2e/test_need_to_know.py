"""Who may read one case, or one part of it, learns of the rest that there is some, and no more.

Here a reader takes everything on the store apart with every key that the laptop ever held, and
looks into the own database as well: what is not in there, nobody can learn from it.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.e2e.laptops import copy_of, made_once, new_laptop, new_record
from tests.fakes.store import FakeStore

from nrm_desktop.app.wire.checkpoint import HeadRow
from nrm_desktop.app.wire.commit import parse_signed
from nrm_desktop.app.wire.pack_file import range_reader, read_index, read_object
from nrm_desktop.app.wire.sealed_object import NOT_SEALED, ObjectType
from nrm_desktop.bootstrap.exchange import VaultExchange, office_of
from nrm_desktop.bootstrap.session import OpenSafe
from nrm_desktop.domain.acts import GrantFacts, GrantRole
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.security.roster.acts import ActPlace, make_act
from nrm_desktop.sync.run import exchange
from nrm_desktop.sync.said import full_state
from nrm_desktop.sync.tree import read_mark

pytestmark = pytest.mark.rule("N4")
ONE, TWO, THREE = "word-of-case-one", "word-of-case-two", "word-of-legal"
FIELD = FieldId("screening.why_now")


@cache
def made_with_readers() -> tuple[OpenSafe, OpenSafe, OpenSafe]:
    """Ana, Nora of the clinic, and Ivo who keeps the computers and whose role reads no case."""
    room = Path(mkdtemp(prefix="readers-"))
    ana = copy_of(made_once()[0], room / "ana")
    nora = new_laptop(ana.vault, room, "P-04", "health")
    ivo = new_laptop(ana.vault, room, "P-05", "it")
    for safe in (ana.vault.session.safe, nora, ivo):
        safe.close()
    return ana.vault.session.safe, nora, ivo


@pytest.fixture
def people(tmp_path):
    laptops = [
        copy_of(made, tmp_path / name)
        for made, name in zip(made_with_readers(), ("ana", "nora", "ivo"), strict=True)
    ]
    yield laptops
    for laptop in laptops:
        laptop.close()


def run(laptop, store):
    return exchange(store, "store", office_of(laptop.vault.session)).report


def ask(laptop, job):
    return VaultExchange(laptop.vault.session).run(job)


def write(laptop, case, place: Compartment, *words: str) -> None:
    """Save words in a part of a case, each in a save of its own."""
    record = new_record()
    for number, word in enumerate(words):
        ops = [ValueOp(OpKind.SET, record, FIELD, answered(word))]
        if not number:
            ops.insert(0, OpenRecord(record, "screening", None, 1))

        def save(unit, ops=tuple(ops)) -> None:
            for op in ops:
                unit.record(case, place, op)

        laptop.vault.work.run(save)


def let_read(lead, case, badge: str) -> None:
    """The lead of a case lets somebody read its core, whatever the role."""
    session = lead.vault.session
    users = session.roster.powers.organisation.users.values()
    (user,) = [one.user for one in users if one.badge == badge]
    heads, now_ms = session.roster.powers.heads(case), session.context.clock.now_ms()
    facts = GrantFacts(user, GrantRole.READER, frozenset({int(Compartment.CORE)}))
    made = make_act(session.safe.signer, ActPlace(session.organisation, case, heads, now_ms), facts)
    session.safe.database.with_trust(lambda trust: trust.add_act(made.act.act, case, made.signed))
    session.roster.add_own([made])


def objects_on(store) -> list[bytes]:
    """Every sealed object that lies there, in a pack file or alone."""
    found = []
    for name, data in store.files.items():
        if name.endswith(".nrmx"):
            read = range_reader(data)
            rows = read_index(read, len(data), None).rows
            found += [read_object(read, row) for row in rows if row.kind not in NOT_SEALED]
        elif name.endswith(".cp"):
            found.append(data)
    return found


def opened_by(laptop, store):
    """All that the keys of a laptop open, with the place whose key it was."""
    keys, found = ask(laptop, lambda unit: unit.desk.keys()), []
    for data in objects_on(store):
        with suppress(HostileInput):
            found.append(keys.open(data))
    return found


def memory_of(laptop) -> bytes:
    """Everything in the database of a laptop that is not local noise, as bytes in a row."""

    def read(connection) -> bytes:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = (
            row
            for (name,) in names
            if not name.startswith("sqlite_")
            for row in connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - own names
        )
        return b"\x00".join(
            value if isinstance(value, bytes) else str(value).encode()
            for row in rows
            for value in row
        )

    return laptop.vault.database.read(read).result()


def logs_of(laptop, case) -> list:
    return [
        head for head in ask(laptop, lambda unit: unit.journal.heads()) if head.log.scope == case
    ]


def head_rows(reader, author, store) -> list[HeadRow]:
    """What a laptop knows of the logs that another device told of."""
    (mark,) = {mark for name in store.files if (mark := read_mark(name))}
    device = author.vault.session.safe.device.id

    def look(unit):
        state = full_state(unit, unit.state.at(mark).checkpoints()[device])
        return [row for row in state.values() if isinstance(row, HeadRow)]

    return ask(reader, look)


def recognised(laptop, rows) -> dict:
    names = {row.blind for row in rows}
    return ask(laptop, lambda unit: unit.desk.keys().logs_named(names, unit.desk.devices()))


def test_reader_of_case_one_learns_only_counts_of_case_two(people):
    ana, _, ivo = people
    store = FakeStore()
    one, two = ana.open_case(), ana.open_case()
    write(ana, one, Compartment.CORE, ONE)
    write(ana, two, Compartment.CORE, TWO, TWO, TWO)
    let_read(ana, one, "P-05")
    run(ana, store)

    report = run(ivo, store)

    opened = opened_by(ivo, store)
    assert any(ONE.encode() in found.body for found in opened)
    assert logs_of(ivo, one)
    places = {found.place.scope for found in opened if found.place.scope is not None}
    assert places <= {one, ana.vault.session.organisation}
    of_bundles = {found.place for found in opened if found.kind is ObjectType.BUNDLE}
    assert {place.number for place in of_bundles if place.scope == one} == {Compartment.CORE}
    everything = b"".join(found.body for found in opened) + memory_of(ivo)
    assert one in everything
    assert two not in everything
    assert TWO.encode() not in everything
    # What is left to learn: how many logs there are that cannot be read, and how far they go.
    rows = head_rows(ivo, ana, store)
    mine = recognised(ivo, rows)
    unread = sorted(row.seq for row in rows if row.blind not in mine)
    hidden = [head.seq for head in logs_of(ana, two)]
    hidden += [head.seq for head in logs_of(ana, one) if head.log.compartment != Compartment.CORE]
    assert unread == sorted(hidden)
    assert report.carried_for_others > 0
    assert report.missing == ()


def test_health_reader_cannot_open_or_date_legal(people):
    """Of a save in `legal` neither the words nor the time can be read; its log is counted."""
    ana, nora, _ = people
    store, case = FakeStore(), ana.open_case()
    write(ana, case, Compartment.HEALTH, ONE)
    write(ana, case, Compartment.LEGAL, THREE, THREE)
    write(ana, case, Compartment.HEALTH, TWO)
    run(ana, store)

    run(nora, store)

    opened = opened_by(nora, store)
    everything = b"".join(found.body for found in opened) + memory_of(nora)
    assert ONE.encode() in everything
    assert TWO.encode() in everything
    assert THREE.encode() not in everything
    assert not [
        found for found in opened if found.place.number == Compartment.LEGAL and found.place.scope
    ]
    mine = recognised(nora, head_rows(nora, ana, store))
    assert {log.compartment for log in mine.values() if log.scope == case} >= {Compartment.HEALTH}
    assert not [log for log in mine.values() if log.compartment == Compartment.LEGAL]
    times = times_in(ana, case, Compartment.LEGAL)
    assert len(times) == 2
    assert not [at for at in times if at in everything]
    seen = times_in(ana, case, Compartment.HEALTH)
    assert all(at in everything for at in seen), "the same search finds what may be read"


def times_in(laptop, case, place: Compartment) -> list[bytes]:
    """The times of the saves in a part of a case, as they stand in a header."""
    (log,) = [head.log for head in logs_of(laptop, case) if head.log.compartment == place]
    signed = ask(laptop, lambda unit: list(unit.journal.commits_of(log, 0)))
    return [parse_signed(one).header.hlc.to_int().to_bytes(8, "big") for one in signed]
