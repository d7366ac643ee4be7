"""Boxes: what was written while the vault was locked. `box write` needs no passphrase."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.answering import read_answer
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.strict_json import MOST_BYTES, Json, read_json
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.boxes import BoxDesk, WaitingBox
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.bootstrap.intake import waiting_boxes, write_box
from nrm_desktop.cli.console import read_file
from nrm_desktop.cli.invocation import Invocation, Runners, case_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.domain.values import Answer


def write(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Seal a filled-in form beside the locked vault."""
    shell = call.shell
    call.header()  # a folder without a vault takes no boxes
    form, answers = _read(Path(arguments.file))
    content = BoxContent(form, shell.clock.now_ms(), _answers(shell.forms, answers))
    write_box(shell, content)
    data = {"waiting": waiting_boxes(shell).boxes}
    return Outcome(data, lines=["Sealed. Only somebody who unlocks can read it."])


def list_boxes(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """List what waits, without its answers."""
    with call.vault() as vault:
        rows = [_row(box) for box in BoxDesk(vault).boxes()]
    lines = [f"{row['box']}  {row['form'] or row['code']}  {row['made'] or ''}" for row in rows]
    return Outcome({"boxes": rows}, lines=lines or ["Nothing waits."])


def adopt(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Take a box over into a case, signed in the own name."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.case) if arguments.case else None
        done = BoxDesk(vault).adopt(f"{arguments.box}.nrm", scope)
        code = _code(vault, done.scope)
    data = {"box": arguments.box, "code": code, "again": done.is_again}
    where = code or "the organisation's own register"
    return Outcome(data, lines=[f"Taken over into {where}."])


def _answers(forms: FormSet, given: Mapping[str, Json]) -> tuple[tuple[FieldId, Answer], ...]:
    return tuple(
        (FieldId(name), read_answer(forms, forms.field(name), value))
        for name, value in given.items()
    )


def _row(box: WaitingBox) -> dict[str, object]:
    content = box.content
    return {
        "box": box.name.removesuffix(".nrm"),
        "form": content.form if content else None,
        "made": iso_time(content.made_ms) if content else None,
        "answers": len(content.answers) + box.unread if content else None,
        "code": box.problem or None,
    }


def _read(path: Path) -> tuple[str, dict[str, Json]]:
    found = read_json(read_file(path, MOST_BYTES))
    if not isinstance(found, dict) or found.keys() != {"form", "answers"}:
        raise Usage("usage.not_json", what="shape")
    form, answers = found["form"], found["answers"]
    if not isinstance(form, str) or not isinstance(answers, dict):
        raise Usage("usage.not_json", what="shape")
    return form, answers


def _code(vault: OpenVault, scope: ScopeId) -> str | None:
    view = vault.reader.case(scope, vault.sight)
    return view.row.code if view else None


COMMANDS: Runners = MappingProxyType(
    {"box write": write, "box list": list_boxes, "box adopt": adopt}
)
