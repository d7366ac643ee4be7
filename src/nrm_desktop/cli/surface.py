"""The surface of the command line: every command and option of the contract, as data.

The parser (`parser`) is built from this table and so is `docs/cli.md`. A command that is not built
yet is here all the same, so that it answers "not available yet" instead of "unknown" (exit 2).
Nothing here runs anything.
"""

from __future__ import annotations

from nrm_desktop.cli.surface_cases import CASE_COMMANDS
from nrm_desktop.cli.surface_night import NIGHT
from nrm_desktop.cli.surface_parts import (
    AFTER,
    FILE,
    LIMIT,
    STATES,
    CommandSurface,
    built,
    later,
    option,
)
from nrm_desktop.cli.surface_rights import RIGHTS

_COUNTRIES = option("countries", nargs="*", metavar="ID")
_ADDRESS = option("address", metavar="STORE")

COMMANDS: tuple[CommandSurface, ...] = (
    built(
        "practice",
        "a throw-away practice safe with invented cases",
        option("--headless", action="store_true"),
        option("--out", metavar="DIR"),
        option("--cases", type=int, metavar="N"),
    ),
    built("selftest", "check that every part of the program works here"),
    built(
        "init",
        "a new vault with its organisation and first user",
        option("--org", required=True, metavar="NAME"),
        option("--role", required=True, metavar="ROLE"),
        option("--kdf", metavar="MIB:T:P"),
    ),
    built(
        "user add",
        "a further user of this laptop",
        option("badge"),
        option("--role", required=True),
    ),
    built(
        "user remove",
        "drop a user's slot and rotate the data key",
        option("badge"),
        option("--also", action="append", default=[], metavar="SLOT"),
    ),
    built("user list", "who may unlock here"),
    built(
        "passphrase change",
        "a new passphrase for this user",
        option("--compromised", action="store_true"),
        option("--also", action="append", default=[], metavar="SLOT"),
    ),
    built("recovery create", "a recovery code for this vault"),
    built("recovery check", "show that the recovery code is at hand"),
    built("recovery use", "open with the recovery code"),
    built(
        "recovery office-key",
        "at the office: the public half of its recovery key",
        option("out", metavar="OUT"),
    ),
    built(
        "recovery office",
        "let the office be a way back into this vault",
        option("input", metavar="IN"),
    ),
    built(
        "recovery request",
        "on a locked laptop: ask the office, with a new passphrase",
        option("out", metavar="OUT"),
    ),
    built(
        "recovery answer",
        "at the office: answer a laptop's request",
        option("input", metavar="IN"),
        option("out", metavar="OUT"),
    ),
    built(
        "recovery take",
        "on a locked laptop: open the office's answer",
        option("input", metavar="IN"),
    ),
    built("vault info", "what this vault is; most of it without unlocking"),
    built("vault verify", "check header, cipher, database, journal and projections"),
    *CASE_COMMANDS,
    *NIGHT,
    built(
        "invite create",
        "an invitation for a named person",
        option("badge", metavar="BADGE"),
        option("--role", default="", metavar="ROLE"),
        option("--to", required=True, metavar="FILE"),
        option("--days", type=int, default=30, metavar="N"),
    ),
    built(
        "invite open",
        "begin with an invitation",
        FILE,
        option("--label", default="", metavar="NAME"),
        option("--kdf", metavar="MIB:T:P"),
    ),
    built("invite confirm", "confirm who opened an invitation", option("badge", metavar="BADGE")),
    built("invite list", "invitations, and who has opened them"),
    built("root show", "the root document of the organisation"),
    built("root renew", "a renewal for the mail", option("--to", required=True, metavar="FILE")),
    built(
        "root registrar",
        "a further registrar, in a renewal for the mail",
        option("badge", metavar="BADGE"),
        option("--to", required=True, metavar="FILE"),
    ),
    built(
        "register list",
        "entries of a register of the organisation",
        option("register", metavar="REGISTER"),
    ),
    built(
        "register set",
        "set one answer in a register of the organisation",
        option("field", metavar="FIELD"),
        option("value", metavar="VALUE"),
        option("--state", choices=STATES, default="answered"),
    ),
    built("directory list", "services and contacts", option("--kind", default="")),
    built("directory import", "take in services and contacts", FILE),
    built("directory export", "write services and contacts", FILE),
    built("card export", "our contact card", FILE),
    built(
        "card import", "a partner's contact card", FILE, option("--kind", default="", metavar="K")
    ),
    built(
        "device request",
        "ask for this laptop to be taken in",
        option("out", metavar="OUT"),
        option("--label", default="", metavar="NAME"),
        option("--with-cases", action="store_true"),
        option("--kdf", metavar="MIB:T:P"),
    ),
    built(
        "device approve",
        "take a laptop in",
        option("input", metavar="IN"),
        option("out", metavar="OUT"),
        option("--role", default="", metavar="ROLE"),
    ),
    built("device join", "open the welcome", option("input", metavar="IN")),
    built(
        "device renew",
        "a new identity for this laptop, after a restore or a move",
        option("out", metavar="OUT", nargs="?", default=""),
        option("--label", default="", metavar="NAME"),
    ),
    built("device list", "the devices of the organisation"),
    built(
        "device revoke",
        "end a device; its later work waits in quarantine",
        option("id"),
        option("--reason", required=True, choices=("lost", "left", "compromised")),
        option("--cut", default="last-seen"),
    ),
    built(
        "sync",
        "exchange with a folder, a server or an object store",
        option("store", metavar="STORE"),
        option("--dry-run", action="store_true"),
        option("--attachments", action="store_true"),
        option("--accept-many", action="store_true"),
    ),
    built(
        "store add",
        "keep a server, with what opens it, in the vault",
        _ADDRESS,
        option("--endpoint", default="", metavar="URL"),
        option("--region", default="", metavar="R"),
        option("--authority", default="", metavar="FILE"),
    ),
    built("store list", "servers that the vault knows"),
    built("store remove", "forget a server", _ADDRESS),
    built("store test", "try what an exchange needs of a store", _ADDRESS),
    built("arrivals", "what each file is", option("dir"), option("--take", action="store_true")),
    built(
        "carry",
        "files for mail, a card or a courier",
        option("folder", metavar="DIR"),
        option("--from", dest="source", default="", metavar="STORE"),
        option("--new", action="store_true"),
        option("--attachments", action="store_true"),
    ),
    built("bundle verify", "check objects and pack files", option("files", nargs="+")),
    built("bundle info", "what a file says of itself", FILE),
    built("quarantine list", "work of people or devices that have ended"),
    built("quarantine show", "what is in one of them", option("id")),
    built(
        "quarantine adopt",
        "take work over in the own name",
        option("ids", nargs="*", metavar="ID"),
        option("--all", action="store_true"),
    ),
    built("conflict list", "values that stand side by side"),
    built(
        "conflict resolve",
        "decide between values",
        option("id"),
        option("--keep", metavar="OPID"),
        option("--value", metavar="V"),
    ),
    built(
        "backup create",
        "a consistent, verified copy",
        option("dir"),
        option("--without-attachments", action="store_true"),
    ),
    built("backup verify", "open and check a backup", FILE),
    built(
        "backup restore",
        "restore into an empty folder",
        FILE,
        option("--recovery-code", action="store_true"),
        option("--without-attachments", action="store_true"),
    ),
    built(
        "audit list",
        "who did what here, newest first",
        option("--filter", action="append", default=[], metavar="K=V"),
        LIMIT,
        AFTER,
    ),
    built("box write", "seal a form while the vault is locked", FILE),
    built("box list", "what was written while the vault was locked"),
    built(
        "box adopt",
        "take over what was written while the vault was locked",
        option("box", metavar="BOX"),
        option("--case", metavar="CODE"),
    ),
    later("export htcds", "the case standard of the field", option("--out", required=True)),
    later("import htcds", "cases in the standard", FILE),
    built(
        "stats",
        "a fixed table of counts, without identity",
        option("table", metavar="TABLE"),
        option("--from", dest="begin", default="", metavar="D"),
        option("--to", dest="end", default="", metavar="D"),
        option("--min-cell", type=int, metavar="N"),
    ),
    built("pack check", "all rules of a form pack", option("dir")),
    built("pack use", "the country packs of this laptop", _COUNTRIES),
    built(
        "pack seal",
        "check a form pack and sign it for the other laptops",
        option("dir", metavar="DIR"),
        option("out", metavar="OUT"),
    ),
    built("pack take", "verify a signed form pack and work with it", FILE),
    built(
        "pack list",
        "form packs in use, their versions, and who signed them",
        option("--changes", action="store_true"),
        option("--lang", default="", metavar="L"),
    ),
    built(
        "pack docs",
        "a readable description of the active packs",
        option("out"),
        option("--country", action="append", default=[], metavar="ID"),
        option("--lang", default="", metavar="L"),
    ),
    *RIGHTS,
)
SYNC_STATUS = built("sync status", "what waits; without network")
