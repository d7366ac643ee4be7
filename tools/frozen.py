"""What lies in a frozen folder, and what a vault holds, as plain JSON that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from nrm_desktop.app.queries import CaseFilter, CellView, ConsentRow, Version
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.reviewing import who_did_what
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.storage.access_log import AuditWish

ROOT = Path(__file__).resolve().parents[1]
PAST = ROOT / "tests" / "migrations"
VECTORS = ROOT / "tests" / "vectors"
MANY = 10_000
Plain = dict[str, Any]


@dataclass(frozen=True)
class Secrets:
    """What opens a frozen vault. It is invented and lies beside it on purpose."""

    sign: str
    passphrase: str
    second_sign: str
    second_passphrase: str
    recovery_code: str

    def write(self, folder: Path) -> None:
        """Write it for people and tests."""
        text = json.dumps(vars(self), indent=1, sort_keys=True) + "\n"
        (folder / "secrets.json").write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Secrets:
        """Read what `write` wrote."""
        return cls(**json.loads((folder / "secrets.json").read_text(encoding="utf-8")))


def content(vault: OpenVault) -> Plain:
    """All that a person can see in a vault."""
    page = vault.reader.cases(CaseFilter(), MANY, None, vault.sight)
    acts = who_did_what(vault, AuditWish(), MANY)
    return {
        "cases": {row.scope.hex(): _case(vault, row.scope) for row in page.rows},
        "acts": sorted({act.act for act in acts.acts}),
        "is_audit_whole": acts.broken_at is None,
    }


def write_json(path: Path, told: Plain) -> None:
    """Write it so that a difference is seen line by line."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    path.write_text(text.replace("], [", "],\n[") + "\n", encoding="utf-8")


def digests_of_vectors() -> dict[str, str]:
    """A hash of each vector of the format, by its file and name."""
    found: dict[str, str] = {}
    for path in sorted(VECTORS.glob("*.json")):
        if path.stem != "kept":  # results that are needed for making them
            for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]:
                text = json.dumps(entry, sort_keys=True)
                found[f"{path.stem}: {entry['name']}"] = sha256(text.encode()).hexdigest()[:32]
    return found


def _case(vault: OpenVault, scope: ScopeId) -> Plain:
    view = vault.reader.case(scope, vault.sight)
    if view is None:
        raise KeyError(scope.hex())
    return {
        "code": view.row.code,
        "state": view.row.state,
        "cells": sorted(map(_cell, view.cells), key=str),
        "consents": sorted(map(_told, vault.reader.consents(scope, "2026-11-25"))),
        "referrals": sorted(repr(row) for row in vault.reader.referrals(scope, vault.sight)),
        "attachments": sorted(_attachments(vault, scope)),
    }


def _cell(cell: CellView) -> list[Any]:
    return [cell.address, *map(_version, (cell.acting, *cell.others))]


def _told(row: ConsentRow) -> str:
    """A row in the words of the day it was frozen: fields that came later say nothing of it yet."""
    said = [(one.name, getattr(row, one.name), one.default) for one in fields(row)]
    known = (f"{name}={value!r}" for name, value, usual in said if value != usual)
    return f"ConsentRow({', '.join(known)})"


def _version(one: Version) -> list[Any]:
    """Who, where and when; and what was said, unless that was erased."""
    said = one.answer
    if said is None:
        return [one.user, one.device, one.at_ms]
    words = (said.state.word, said.source.word, repr(said.value), said.asked_on, said.marks)
    return [one.user, one.device, one.at_ms, *words]


def _attachments(vault: OpenVault, scope: ScopeId) -> Iterator[list[str]]:
    for row in vault.attachments.desk.rows(scope):
        data = vault.attachments.desk.read(scope, row.id)
        yield [row.label, row.sha256, sha256(data).hexdigest()]
