"""What the exchange costs on the line: bytes per commit and per operation, and a run without news.

- Commits are drafted over the fields of the shipped forms, with real keys, bundled, sealed and
  packed. "One form": every commit is one page of one record. "Mixed": each operation hits one of 40
  records of several forms. Values are what most fields hold: codes, yes and no, dates, short words.
- The practice story runs once; what its laptop would send of its own commits is weighed.
- The run without news is one of a device that knows 200 others, all certified, each with its newest
  checkpoint on the store. A listing is counted as the answer of a WebDAV server in XML; the
  transports' own tests measure real requests.

All figures but the seconds are the same on any computer, but for random sizes of compressed bytes.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nrm_desktop.app.ports import Entry
from nrm_desktop.app.sync_ports import KeyPlace
from nrm_desktop.app.wire.bundle import encode_bundle
from nrm_desktop.app.wire.checkpoint import Checkpoint, encode_checkpoint
from nrm_desktop.app.wire.commit import CommitDraft, SignedCommit, build_unsigned
from nrm_desktop.app.wire.hashes import commit_id, genesis
from nrm_desktop.app.wire.operations import count_ops
from nrm_desktop.app.wire.pack_file import (
    PackedObject,
    range_reader,
    read_index,
    write_pack_file,
)
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.exchange import VaultExchange, office_of
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault, open_vault
from nrm_desktop.bootstrap.practice import make_practice_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, RecordId, UserId
from nrm_desktop.domain.ops import OpKind, ValueOp
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment, LogKey
from nrm_desktop.domain.values import answered
from nrm_desktop.security.identity.enrolment import (
    Applicant,
    Approval,
    certify,
    make_request,
    read_request,
)
from nrm_desktop.security.keys import DeviceKeys, SignerKeys, new_device_seeds
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.signing.commits import sign_header
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.sync.run import exchange
from nrm_desktop.sync.tree import StoreTree

COMMITS, OPS, DEVICES = 100, 10, 200
CASES = 12
PASSPHRASE = "an invented passphrase"
SEED = 20_260_501
TEXTS = ("on Monday", "two brothers", "by bus", "a red house", "does not know", "in the kitchen")
PROPFIND = (
    "<d:response><d:href>/remote.php/dav/files/office/{name}</d:href><d:propstat><d:prop>"
    "<d:getcontentlength>{size}</d:getcontentlength><d:resourcetype/>"
    '<d:getetag>"4f1c0d1e2a3b4c5d6e7f8091a2b3c4d5"</d:getetag>'
    "<d:getlastmodified>Fri, 01 May 2026 10:00:00 GMT</d:getlastmodified></d:prop>"
    "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
)


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        vault = found_vault(
            build_shell(room / "vault", anchors=room / "anchors"),
            Founder("Bench", "P-01", "case_manager", PASSPHRASE, FLOOR),
        )
        try:
            return Drafts(vault).figures() | idle(vault) | story(room)
        finally:
            vault.close()


class Drafts:
    """Commits of one log, as they would be written, weighed as they would travel."""

    def __init__(self, vault: OpenVault) -> None:
        self.vault = vault
        self.chance = random.Random(SEED)  # noqa: S311 - the same fields in every run
        self.work = VaultExchange(vault.session)
        self.keys = self.work.run(lambda unit: unit.desk.keys())
        self.scope = vault.context.organisation
        self.place = KeyPlace(self.scope, Compartment.ORG_DIRECTORY)

    def figures(self) -> dict[str, float]:
        pages, mixed = self.pages(), self.mixed()
        return {
            "wire.commit_10_ops_bytes": self.sealed(pages[:1]),
            "wire.urgent_1_op_bytes": self.sealed(self.commits([self.ops(1, self.page())])),
            "wire.urgent_5_ops_bytes": self.sealed(self.commits([self.ops(5, self.page())])),
            "wire.pack_one_form_bytes_per_op": self.packed(pages) / (COMMITS * OPS),
            "wire.pack_mixed_bytes_per_op": self.packed(mixed) / (COMMITS * OPS),
        }

    def pages(self) -> list[SignedCommit]:
        """Each commit one page of one record, the pages of a screening in turn."""
        return self.commits([self.ops(OPS, self.page()) for _ in range(COMMITS)])

    def mixed(self) -> list[SignedCommit]:
        """Each operation in any of 40 records, in any field of any form of the case."""
        fields = simple_fields(self.vault.forms)
        records = [RecordId(os.urandom(16)) for _ in range(40)]
        some = (
            [self.op(self.chance.choice(records), self.chance.choice(fields))]
            for _ in range(10_000)
        )
        ops = [one for (one,) in some]
        return self.commits([tuple(ops[n * OPS : n * OPS + OPS]) for n in range(COMMITS)])

    def page(self) -> Sequence[tuple[FieldId, object]]:
        fields = [one for one in simple_fields(self.vault.forms) if one[0].startswith("screening.")]
        start = self.chance.randrange(len(fields) - OPS)
        return fields[start : start + OPS]

    def ops(self, count: int, fields) -> tuple[ValueOp, ...]:
        record = RecordId(os.urandom(16))
        return tuple(self.op(record, one) for one in fields[:count])

    def op(self, record: RecordId, field) -> ValueOp:
        name, values = field
        return ValueOp(OpKind.SET, record, name, answered(self.chance.choice(values)), (), 0)

    def commits(self, pages: Sequence[tuple[ValueOp, ...]]) -> list[SignedCommit]:
        safe = self.vault.session.safe
        log = LogKey(self.scope, self.place.number, safe.device.id)
        prev, made = genesis(self.scope, log.compartment, log.device, bytes(16)), []
        for number, ops in enumerate(pages, start=1):
            hlc = Hlc(1_777_629_600_000 + number * 61_007)
            draft = CommitDraft(log, safe.signer.id, number, prev, hlc, bytes(8), ops)
            unsigned = build_unsigned(draft, os.urandom)
            signed = unsigned.with_signature(sign_header(safe.signer.key, unsigned.header_bytes))
            prev = commit_id(signed.header_bytes)
            made.append(signed)
        assert sum(count_ops(one.skeleton_bytes) for one in made) == sum(map(len, pages))
        return made

    def sealed(self, commits: Sequence[SignedCommit]) -> float:
        return len(self.keys.seal(ObjectType.BUNDLE, encode_bundle(commits), self.place))

    def packed(self, commits: Sequence[SignedCommit]) -> float:
        sealed = self.keys.seal(ObjectType.BUNDLE, encode_bundle(commits), self.place)
        return len(write_pack_file([PackedObject(sealed, 3)]).data)


def simple_fields(forms: FormSet) -> list[tuple[FieldId, tuple[object, ...]]]:
    """Fields of cases with values that they could hold, in the order of their forms."""
    found = []
    for one in forms.fields():
        if one.compartment not in CASE_COMPARTMENTS or one.is_group or one.parent is not None:
            continue
        codes = forms.codes_of(one)
        if codes is not None:
            found.append((one.id, codes.offered() or ("x",)))
        elif one.type.value == "yesno":
            found.append((one.id, (True, False)))
        elif one.type.value == "date":
            found.append((one.id, (("2026-04-17", 0), ("2025-11", 0), ("2025", 1))))
        else:
            found.append((one.id, TEXTS))
    return found


class XmlStore:
    """A store in memory whose listings weigh what a WebDAV server would answer."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.listed = 0

    def put(self, name: str, data: bytes) -> None:
        self.files.setdefault(name, data)

    def get(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        if name not in self.files:
            raise EnvironmentFault("store.missing")
        return self.files[name][start:end]

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        for name, data in sorted(self.files.items()):
            if name.rpartition("/")[0] == prefix.rstrip("/") and name > after:
                self.listed += len(PROPFIND.format(name=name, size=len(data)))
                yield Entry(name, len(data))

    def delete(self, name: str) -> None:
        self.files.pop(name, None)


def idle(vault: OpenVault) -> dict[str, float]:
    """A run without news, of a device that knows 200 others."""
    store, office = XmlStore(), office_of(vault.session)
    exchange(store, "bench", office)
    others = [certified(vault, number) for number in range(DEVICES)]
    work = VaultExchange(vault.session)
    own = work.run(own_checkpoint)
    tree = StoreTree(vault.context.organisation)
    keys = work.run(lambda unit: unit.desk.keys())
    for device in others:
        payload = encode_checkpoint(replace(own, device=device.id, counter=1, parts=(), rows=()))
        body = device.sign(SignLabel.CHECKPOINT, payload).encode()
        sealed = keys.seal(ObjectType.CHECKPOINT, body, keys.exchange)
        store.put(tree.checkpoint(keys.folder_of(device.id), 1, sealed), sealed)
    for _ in range(2):
        exchange(store, "bench", office)
    known = work.run(lambda unit: len(unit.state.at(mark_of(unit)).checkpoints()))
    assert known == DEVICES + 1
    store.listed = 0
    started = time.perf_counter()
    report = exchange(store, "bench", office).report
    seconds = time.perf_counter() - started
    assert report.sent.packs == 0
    total = store.listed + report.bytes_in + report.bytes_out
    return {
        "wire.idle_200_requests": report.requests,
        "wire.idle_200_kb": total / 1000,
        "wire.idle_200_s": seconds,
    }


def certified(vault: OpenVault, number: int) -> DeviceKeys:
    """A device of the organisation, certified by its registrar like any other."""
    session = vault.session
    device, signer = DeviceKeys(new_device_seeds(os.urandom)), SignerKeys(os.urandom(32))
    applicant = Applicant(UserId(os.urandom(16)), f"P-{number + 100}", "laptop")
    asked = read_request(make_request(device, signer, applicant))
    places = frozenset({int(Compartment.ORG_DIRECTORY), int(Compartment.ORG_PACKS)})
    approval = Approval(("case_manager",), places, session.context.clock.now_ms())
    made = certify(session.safe.signer, session.roster, asked, approval)

    def keep(uow) -> None:
        for one in made.acts:
            uow.trust.add_act(one.act.act, session.organisation, one.signed)

    session.work.run(keep)
    session.roster.add_own(made.acts)
    return device


def mark_of(unit) -> bytes:
    (store,) = unit.state.stores()
    return store.mark


def own_checkpoint(unit) -> Checkpoint:
    return unit.state.at(mark_of(unit)).checkpoints()[unit.desk.device].checkpoint


def story(room: Path) -> dict[str, float]:
    """What the invented cases of the practice vault weigh on their way, with index."""
    made = make_practice_vault(room / "practice", CASES)
    vault = open_vault(build_shell(made.folder, anchors=room / "practice-anchors"), made.passphrase)
    try:
        store = XmlStore()
        exchange(store, "bench", office_of(vault.session))
        work = VaultExchange(vault.session)

        def count(unit) -> int:
            logs = [head.log for head in unit.journal.heads()]
            return sum(
                count_ops(one.skeleton_bytes)
                for log in logs
                for one in unit.journal.commits_of(log, 0)
            )

        bundles = 0
        for name, data in store.files.items():
            if name.endswith(".nrmx"):
                rows = read_index(range_reader(data), len(data), None).rows
                bundles += sum(row.length + 48 for row in rows if row.kind == ObjectType.BUNDLE)
        return {"wire.story_bytes_per_op": bundles / work.run(count)}
    finally:
        vault.close()
