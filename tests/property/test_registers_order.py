"""Merging does not depend on the order of arrival, and loses nothing (R25, P7)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.vaults import CASE, RealVault, author, give, value
from tests.fakes.signer import counting_random

from nrm_desktop.app.wire.commit import op_ids, ops_of
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.ops import OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.registers import LASTING, STANDING_KINDS, SUPERSEDES, merge
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.projections import digests, rebuild
from nrm_desktop.storage.search.filling import fill_some, prepare
from nrm_desktop.storage.uow import transaction
from nrm_desktop.storage.verify import verify_database

RECORDS = [RecordId(bytes([n]) * 16) for n in range(2)]
FIELDS = [FieldId("screening.a"), FieldId("consent_register.cr_answer")]
PEOPLE = ("P-01", "P-02", "P-03")
ids = st.builds(OpId, st.integers(0, 7).map(lambda n: bytes([n]) * 16), st.integers(0, 2))
value_ops = st.builds(
    ValueOp,
    st.sampled_from([kind for kind in OpKind if kind not in (OpKind.TOMBSTONE, OpKind.OPEN)]),
    st.sampled_from(RECORDS),
    st.sampled_from(FIELDS),
    st.sampled_from(["x", "y"]).map(answered),
    st.lists(ids, max_size=3).map(tuple),
)
any_op = st.one_of(
    value_ops,
    st.builds(OpenRecord, st.sampled_from(RECORDS), st.sampled_from(["screening", "consent"])),
    st.builds(Tombstone, st.sampled_from(RECORDS)),
)
histories = st.dictionaries(ids, any_op, max_size=14).map(dict.items).map(list)


@given(histories, st.randoms())
def test_every_order_of_the_same_operations_comes_to_the_same(history, random):
    shuffled = random.sample(history, len(history))

    assert merge(shuffled) == merge(history)
    assert merge([*history, *shuffled]) == merge(history)


@given(histories)
def test_every_value_ever_written_stands_or_was_superseded_by_name(history):
    """In the register of consents every value stands, named or not (R35)."""
    merged = merge(history)
    standing = {op_id for found in merged.standing.values() for op_id in found}
    named = {
        (target, kind)
        for _, op in history
        if isinstance(op, ValueOp)
        for target in op.replaces
        for kind in SUPERSEDES.get(op.kind, ())
    }
    for op_id, op in history:
        if isinstance(op, ValueOp) and op.kind in STANDING_KINDS:
            may_end = (op_id, op.kind) in named and op.field not in LASTING
            assert op_id in standing or may_end


@given(histories, any_op)
def test_more_knowledge_never_brings_a_superseded_value_back(history, one_more):
    def standing(ops):
        return {op for found in merge(ops).standing.values() for op in found}

    new = OpId(b"\xff" * 16, 0)

    assert standing([*history, (new, one_more)]) <= standing(history) | {new}


step = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(["write", "write", "write", "hear"]),
    st.sampled_from([1, 4]),
    st.integers(0, 1),
    st.integers(0, 1),
    st.sampled_from(["replace", "beside", "forge", "add", "remove", "entry", "open", "close"]),
)


@settings(max_examples=25)
@given(st.lists(step, min_size=1, max_size=14), st.randoms())
@pytest.mark.promise("P7")
def test_projections_are_byte_equal_whatever_the_order_of_arrival(steps, random):
    with tempfile.TemporaryDirectory() as folder:
        world = _World(Path(folder))
        for each in steps:
            world.play(*each)
        commits = world.all_commits()

        tables = []
        for number in range(2):
            reader = world.new_vault(f"reader{number}")
            for commit in random.sample(commits, len(commits)):
                give(reader, author("P-09"), commit, *world.signers)
            tables.append(digests(reader.connection))
            _rebuild_changes_nothing(reader)
            _stands_what_the_domain_says(reader, commits)
        assert tables[0] == tables[1]
        world.close()


def _rebuild_changes_nothing(vault) -> None:
    before = digests(vault.connection)
    report = verify_database(vault.connection, lambda commit: True)
    assert report.is_sound, report
    vault.connection.execute("BEGIN")
    rebuild(vault.connection)
    vault.connection.execute("COMMIT")
    assert digests(vault.connection) == before


def _stands_what_the_domain_says(vault, commits) -> None:
    for compartment in (1, 4):
        ops = [
            pair
            for commit in commits
            if commit.header.compartment == compartment
            for pair in zip(op_ids(commit.id, len(ops_of(commit))), ops_of(commit), strict=True)
        ]
        stored: dict = {}
        query = "SELECT record, field, op_commit, op_index FROM standing WHERE compartment = ?"
        for record, field, commit, index in vault.connection.execute(query, (compartment,)):
            stored.setdefault((record, field), []).append(OpId(commit, index))
        assert {key: tuple(sorted(found)) for key, found in stored.items()} == merge(ops).standing


class _World:
    """Three devices that write, and hear of each other now and then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vaults: list[RealVault] = []
        self.authors = {name: author(name, random=counting_random(name)) for name in PEOPLE}
        self.vaults = {name: self.new_vault(name) for name in PEOPLE}
        self.signers = [by.signer for by in self.authors.values()]

    def new_vault(self, name: str) -> RealVault:
        vault = RealVault(self._folder / f"{name}.db")
        with transaction(vault.connection):
            prepare(vault.connection, dict(zip(FIELDS, ("text", "name"), strict=True)))
            fill_some(vault.connection)
        self._vaults.append(vault)
        return vault

    def play(self, who, what, compartment, record, field, how) -> None:
        vault, by = self.vaults[who], self.authors[who]
        by.clock.move(10)
        if what == "hear":
            for other in self.vaults.values():
                for commit in other.commits():
                    give(vault, by, commit, *self.signers)
            return
        place, name = RECORDS[record], FIELDS[field]
        standing = vault.run(by, lambda unit: unit.standing(place, name, CASE))
        forged = (
            OpId(b"\x01" * 16, 0),
            *(op for commit in self.all_commits()[:2] for op in op_ids(commit.id, 1)),
        )
        ops = {
            "replace": value("new", field=name, record=place, replaces=[s.op for s in standing]),
            "beside": value(how, field=name, record=place),
            "forge": value("forged", field=name, record=place, replaces=forged),
            "add": value("e", field=name, record=place, kind=OpKind.SET_ADD),
            "remove": value(
                "e",
                field=name,
                record=place,
                kind=OpKind.SET_REMOVE,
                replaces=[s.op for s in standing],
            ),
            "entry": value("said", field=name, record=place, kind=OpKind.ENTRY),
            "open": OpenRecord(place, f"screening{field}"),
            "close": Tombstone(place),
        }
        vault.run(by, lambda unit: unit.record(CASE, compartment, ops[how]))

    def all_commits(self) -> list:
        found = {c.id: c for vault in self.vaults.values() for c in vault.commits()}
        return list(found.values())

    def close(self) -> None:
        for vault in self._vaults:
            vault.close()
