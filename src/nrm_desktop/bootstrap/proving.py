"""Making the proof of erasure: joins what a case, a tombstone, the devices and the backups say.

This module decides where each part of the proof comes from. Nothing of a case leaves with it but
the code and, where the person asked, the reasons of the answer.

Source: sync.md section 17, points 5 and 6; storage-security.md section 18.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from importlib import import_module
from typing import Final

from nrm_desktop.app.handlers.received import received_rows
from nrm_desktop.app.proofs import ErasedFor, ErasureProof, Request, requests_of
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.tombstone import Tombstone
from nrm_desktop.bootstrap.erasure_report import erasure_report
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.keeping_desk import computers_of, erased_case, tombstones_here
from nrm_desktop.domain.access import ERASE
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import ID_BYTES, ScopeId, plain_code
from nrm_desktop.storage.backup_shelf import BackupShelf
from nrm_desktop.sync.medium import FolderMedium

WAYS: Final = ("pdf", "json")
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class WrittenProof:
    """A proof that was written. Shape: `path` of the file."""

    path: str
    size: int
    proof: ErasureProof


def prove(vault: OpenVault, code: str, language: str = "") -> ErasureProof:
    """Make the proof for a code: of a request in a case, or of a whole file that is erased.

    Raises: Usage `usage.not_found` where nothing was asked or erased under it.
    """
    scope = vault.reader.scope_of_code(code)
    if scope is not None:
        return _of_request(vault, scope, language)
    wanted = plain_code(code)
    stone = next((one for one in tombstones_here(vault) if plain_code(one.code) == wanted), None)
    if stone is None:
        raise Usage("usage.not_found", what="case", name=code)
    return _of_whole(vault, stone, language)


def write_proof(vault: OpenVault, proof: ErasureProof, folder: str, way: str) -> WrittenProof:
    """Write a proof into a folder, under a name that tells nothing.

    Raises: Usage `usage.bad_value`; EnvironmentFault where the medium fails.
    """
    if way not in WAYS:
        raise Usage("usage.bad_value", what="way", allowed=WAYS)
    data = _as_json(proof) if way == "json" else _as_pdf(vault, proof)
    medium = FolderMedium(vault.session.safe.shell.files)
    prepared = medium.prepare(folder, f"{proof.reference}.{way}", data)
    path = prepared.publish()
    vault.work.run(lambda unit: unit.audit("erasure.proof", (), way))
    return WrittenProof(path, len(data), proof)


def _of_request(vault: OpenVault, scope: ScopeId, language: str) -> ErasureProof:
    view = vault.reader.case(scope, vault.sight)
    asked = [one for one in (requests_of(view) if view is not None else ()) if one.kind == ERASE]
    if view is None or not asked:
        raise Usage("usage.not_found", what="request", name="")
    request = asked[-1]
    acts = {act for one in request.erased for act in one.acts}
    return replace(
        _begun(vault, view.row.code, language, is_whole=False),
        request=request,
        erased=request.erased,
        computers=computers_of(erasure_report(vault.session, scope), acts),
        recipients=_recipients(vault, scope),
        backups=_backups(vault, request),
    )


def _of_whole(vault: OpenVault, stone: Tombstone, language: str) -> ErasureProof:
    one = erased_case(vault, stone)
    return replace(
        _begun(vault, stone.code, language, is_whole=True),
        ground=stone.ground,
        erased=(ErasedFor((), stone.on, ()),),
        computers=one.computers,
        backups=_days_before(vault, stone.on),
        left=one.left,
        keys_ended_on=one.keys_ended_on,
    )


def _begun(vault: OpenVault, code: str, language: str, *, is_whole: bool) -> ErasureProof:
    context = vault.context
    return ErasureProof(
        reference=reference_of(context.random(ID_BYTES)).replace("r-", "e-"),
        code=code,
        language=language or context.language,
        prepared_on=context.today(),
        sender=" · ".join(filter(None, (context.organisation_name, context.badge))),
        is_whole=is_whole,
        is_practice=context.is_practice,
    )


def _recipients(vault: OpenVault, scope: ScopeId) -> tuple[str, ...]:
    rows = vault.work.run(
        lambda unit: received_rows(unit, vault.context, unit.cells(scope, "disclosure"))
    )
    names = (row.recipient_name for row in rows if not row.is_the_person)
    return tuple(dict.fromkeys(name for name in names if name))


def _backups(vault: OpenVault, request: Request) -> tuple[str, ...]:
    last = max((one.at for one in request.erased), default="")
    return _days_before(vault, last) if last else ()


def _days_before(vault: OpenVault, at: str) -> tuple[str, ...]:
    """Days of backups inside the vault folder that were made before a moment."""
    shelf = BackupShelf(vault.folder, vault.session.safe.shell.files)
    days = ((_EPOCH + timedelta(days=one.day)).isoformat() for one in shelf.kept())
    return tuple(dict.fromkeys(day for day in days if day <= at[:10]))


def _as_json(proof: ErasureProof) -> bytes:
    said = asdict(proof)
    if proof.request is not None:
        said["request"]["record"] = proof.request.record.hex()
    told = {"format": "nrm-erasure", "version": 0, **said}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _as_pdf(vault: OpenVault, proof: ErasureProof) -> bytes:
    """The paper; the PDF library is loaded now and not before."""
    drawn: bytes = import_module("nrm_desktop.bootstrap.sheets").proof_of(vault.session, proof)
    return drawn
