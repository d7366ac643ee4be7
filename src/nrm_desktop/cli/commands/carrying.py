"""Files that are carried by hand: writing them for mail, a card or a courier."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.bootstrap.carrying import CarryWish
from nrm_desktop.bootstrap.carrying import carry as write_carriers
from nrm_desktop.cli.invocation import Invocation, Runners, must_be_folder
from nrm_desktop.cli.output import DONE, INTEGRITY, Outcome


def carry(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write carrier files: of what this vault holds, or of a store as it lies there."""
    source = "" if "://" in arguments.source else arguments.source
    for name in filter(None, (arguments.folder, source)):
        must_be_folder(name)
    wish = CarryWish(
        arguments.folder, arguments.source, arguments.new, with_attachments=arguments.attachments
    )
    with call.vault() as vault:
        made = write_carriers(vault.session, wish)
    data = {
        "files": [
            {"file": one.path, "bytes": one.size, "objects": one.objects} for one in made.files
        ],
        "skipped": [{"object": one.object, "code": one.code} for one in made.skipped],
    }
    lines = [f"{one.path}  {one.size // 1000} kB" for one in made.files]
    lines += [f"Damaged and left out: {one.object} ({one.code})" for one in made.skipped]
    if made.files:
        lines.append("Nobody without the organisation's keys can read these files.")
    code = INTEGRITY if made.skipped else DONE
    return Outcome(data, lines=lines or ["Nothing is new."], exit_code=code)


COMMANDS: Runners = MappingProxyType({"carry": carry})
