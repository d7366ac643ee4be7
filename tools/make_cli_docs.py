"""Writes `docs/cli.md` from the parser of the program; a test compares it with what is checked in.

Decides only the layout of the page. What exists is `nrm_desktop.cli.surface`, what the numbers mean
is `nrm_desktop.cli.output`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from nrm_desktop.cli.added import ADDED
from nrm_desktop.cli.surface import COMMANDS, SYNC_STATUS
from nrm_desktop.cli.surface_parts import Argument, CommandSurface

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cli.md"
INTRODUCTION = """\
<!-- Generated from the parser by tools/make_cli_docs.py. Do not edit. -->

# Command line

```
nrm-desktop [--data-dir DIR] [--passphrase-file F] [--key-file F] [--user BADGE] [--json] \
  COMMAND ...
```

The command line uses the same use cases as the window: same roles, same disclosure engine, same
journal. Without a command the window opens. Global options stand before or after the command.

| option | meaning |
|---|---|
| `--data-dir DIR` | the vault folder itself |
| `--passphrase-file F` | line 1 is the passphrase, line 2 a second secret where a command needs \
one; without it you are asked, without a terminal the command ends with 4 |
| `--key-file F` | the file that goes with the passphrase, where a slot wants both; any file of 32 \
bytes to 64 MiB that does not change |
| `--user BADGE` | who unlocks; the sign of a slot, such as `blue-kite`, where several people do |
| `--json` | exactly one JSON object on standard output; everything for people goes to standard \
error |
| `--version`, `--help` | on each level |

A value may be `-`: it is read from standard input, so that answers do not land in the history of \
a shell. What has to be confirmed is typed; where nobody types, the answer is no (3).

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 2 | usage: unknown option, bad value, no such case, field, user or file; not available yet |
| 3 | refused by a rule or by what the person agreed to |
| 4 | locked or wrong passphrase |
| 5 | integrity or verification failed |
| 6 | storage or medium |
| 70 | a defect of the program: type and place, never a value |
| 130 | interrupted; the vault is consistent |

Every error has a stable code such as `consent.missing`, one sentence, and the step that helps.
"""


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"Written: {PAGE.relative_to(ROOT)}")
    return 0


def page() -> str:
    """Give the whole page as it has to be checked in."""
    built = sorted((one for one in (*COMMANDS, SYNC_STATUS) if one.is_built), key=_group)
    lines = [INTRODUCTION, "## Commands"]
    for group, commands in groupby(built, key=_group):
        lines += ["", f"### {group}", ""]
        for command in commands:
            lines += _command(command)
    lines += ["", "## Not available yet", "", "These end with 2 and `usage.not_available`:", ""]
    lines += [f"- `{one.words}` – {one.purpose}" for one in COMMANDS if not one.is_built]
    lines += ["", "## Beyond the contract", "", "What the program adds to the contract:", ""]
    lines += [f"- `{option}` – {reason}" for option, reason in ADDED]
    return "\n".join(lines).rstrip() + "\n"


def _command(command: CommandSurface) -> Iterator[str]:
    usage = " ".join(_usage(argument) for argument in command.arguments)
    yield f"- **`{command.words} {usage}`**".replace(" `", "`") + f" – {command.purpose}"


def _usage(argument: Argument) -> str:
    settings = dict(argument.settings)
    shown = settings.get("metavar") or argument.name.upper().lstrip("-")
    if choices := settings.get("choices"):
        shown = "|".join(choices)
    if not argument.name.startswith("-"):
        return f"{shown}..." if settings.get("nargs") == "+" else str(shown)
    flag = argument.name if settings.get("action") == "store_true" else f"{argument.name} {shown}"
    return flag if settings.get("required") else f"[{flag}]"


def _group(command: CommandSurface) -> str:
    return command.words.partition(" ")[0]


if __name__ == "__main__":
    sys.exit(main())
