"""Form packs: checking and describing them, and choosing countries. No vault is needed for that.

A country pack that did not come with the program lies in the vault; choosing it again opens one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.pack_docs import GENERATED, pack_docs
from nrm_desktop.bootstrap.country_packs import choose_countries
from nrm_desktop.bootstrap.shell import header_facts
from nrm_desktop.cli.commands.organisation import FORMAT, write_new
from nrm_desktop.cli.invocation import Invocation, Runners
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome
from nrm_desktop.domain.errors import EnvironmentFault, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused
from nrm_desktop.storage.form_packs import FormPacks

Json = dict[str, object]


def check(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Load the pack in a folder and tell all its problems."""
    folder = Path(arguments.dir)
    try:
        loaded = FormPacks(call.resources / "packs").load_folder(folder)
    except PackRefused as refused:
        data = {"pack": folder.name, "version": "", "forms": 0, "fields": 0, "languages": {}}
        return _checked(data, refused.problems, ())
    return _checked(_counts(loaded.forms), (), loaded.warnings)


def docs(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write the pages about the active packs into a folder; only own pages are written over."""
    forms = FormPacks(call.resources / "packs").load(arguments.country).forms
    pages = pack_docs(forms, arguments.lang)
    folder = Path(arguments.out)
    foreign = [name for name in pages if not _is_ours(folder / name)]
    if foreign:
        raise Usage("usage.not_empty", names=foreign)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentFault("storage.medium", errno=error.errno) from error
    files = [str(folder / name) for name in pages]
    return Outcome({"files": files}, lines=files)


def authorities(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write the public bodies of country packs as a file for `directory import`, never over one.

    Nobody of the organisation has called them yet, so that every entry is unverified, however plain
    the source is; whoever has called changes that in the file or in the directory.
    """
    forms = FormPacks(call.resources / "packs").load(arguments.country).forms
    entries = [
        {
            "id": one.entry,
            "kind": one.kind,
            "name": forms.text(f"authority.{one.id}", arguments.lang),
            "contact": one.reached,
            "verified": False,
        }
        for one in forms.authorities.values()
    ]
    text = json.dumps({"format": FORMAT, "entries": entries}, ensure_ascii=False, indent=1)
    path = Path(arguments.file)
    write_new(call, path, f"{text}\n".encode())
    data = {"file": str(path), "entries": len(entries)}
    lines = [f"{len(entries)} entries written to {path}", "Call before you rely on one of them."]
    return Outcome(data, lines=lines)


def use(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Choose the country packs of this laptop; what was answered before stays as it is."""
    packs = FormPacks(call.resources / "packs")
    chosen = tuple(dict.fromkeys(arguments.countries))
    shipped = packs.countries()
    others = [name for name in chosen if name not in shipped]
    if others and call.has_secret:
        others = _unknown(call, others)
    for name in others:
        raise Usage("usage.not_found", what="pack", name=name)
    packs.load([name for name in chosen if name in shipped])
    header_facts(call.shell)
    choose_countries(call.shell.folder, chosen)
    lines = [f"In use: base, {', '.join(chosen)}." if chosen else "In use: base."]
    return Outcome({"countries": list(chosen), "installed": list(packs.countries())}, lines=lines)


def _unknown(call: Invocation, names: Sequence[str]) -> list[str]:
    """Of packs that did not come with the program, those that were not taken in either."""
    with call.vault() as vault:
        taken = {row.pack for row in vault.session.packs.rows if row.signer is not None}
    return [name for name in names if name not in taken]


def _checked(data: Json, errors: Sequence[PackProblem], warnings: Sequence[PackProblem]) -> Outcome:
    lines = [str(problem) for problem in (*errors, *warnings)]
    said = f"{data['pack']} {data['version']}: {len(errors)} errors, {len(warnings)} warnings"
    return Outcome(
        {
            **data,
            "errors": [_problem(each) for each in errors],
            "warnings": [_problem(each) for each in warnings],
        },
        lines=[*lines, said],
        exit_code=INTEGRITY if errors else DONE,
    )


def _counts(forms: FormSet) -> Json:
    info = forms.packs[-1]
    return {
        "pack": info.id,
        "version": info.version,
        "forms": len(forms.forms),
        "fields": sum(1 for _ in forms.fields()),
        "languages": {language: len(texts) for language, texts in forms.texts.items()},
    }


def _problem(problem: PackProblem) -> Json:
    return {
        "file": problem.file,
        "line": problem.line,
        "code": problem.code,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def _is_ours(path: Path) -> bool:
    """True if nothing is lost by writing there: no file, or one that this command has made."""
    return not path.exists() or (path.is_file() and path.read_bytes().startswith(_MARK))


_MARK = GENERATED.encode("utf-8")
COMMANDS: Runners = MappingProxyType(
    {
        "pack check": check,
        "pack docs": docs,
        "pack authorities": authorities,
        "pack use": use,
    }
)
