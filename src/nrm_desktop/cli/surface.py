"""The surface of the command line: every command and option of the contract, as data.

The parser (`parser`) is built from this table and so is `docs/cli.md`. A command that is not built
yet is here all the same, so that it answers "not available yet" instead of "unknown" (exit 2).
Nothing here runs anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """One option or positional. Shape: `settings` are those of argparse."""

    name: str
    settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CommandSurface:
    """One command: its words, what it is for, its arguments, and whether it is built."""

    words: str
    purpose: str
    arguments: tuple[Argument, ...] = ()
    is_built: bool = True


def option(name: str, **settings: Any) -> Argument:
    """Write an argument of the table."""
    return Argument(name, tuple(settings.items()))


def _later(words: str, purpose: str, *arguments: Argument) -> CommandSurface:
    return CommandSurface(words, purpose, arguments, is_built=False)


def _built(words: str, purpose: str, *arguments: Argument) -> CommandSurface:
    return CommandSurface(words, purpose, arguments)


_CODE = option("code", metavar="CODE")
_REASON = option("--reason", required=True)
_COUNTRIES = option("countries", nargs="*", metavar="ID")
_LIMIT = option("--limit", type=int, default=50, metavar="N")
_AFTER = option("--after", metavar="TOKEN")
_STATES = ("answered", "unknown", "declined", "not_asked")
_SOURCES = ("person", "observed", "document", "third_party")
_FILE = option("file", metavar="FILE")
_ADDRESS = option("address", metavar="STORE")
_TO = option("--to", required=True, metavar="DIR")
_RECIPIENT = option("--recipient", required=True, metavar="R")
_PURPOSE = option("--purpose", required=True, metavar="P")

COMMANDS: tuple[CommandSurface, ...] = (
    _built(
        "practice",
        "a throw-away practice safe with invented cases",
        option("--headless", action="store_true"),
        option("--out", metavar="DIR"),
        option("--cases", type=int, metavar="N"),
    ),
    _built("selftest", "check that every part of the program works here"),
    _built(
        "init",
        "a new vault with its organisation and first user",
        option("--org", required=True, metavar="NAME"),
        option("--role", required=True, metavar="ROLE"),
        option("--kdf", metavar="MIB:T:P"),
    ),
    _built(
        "user add",
        "a further user of this laptop",
        option("badge"),
        option("--role", required=True),
    ),
    _built(
        "user remove",
        "drop a user's slot and rotate the data key",
        option("badge"),
        option("--also", action="append", default=[], metavar="SLOT"),
    ),
    _built("user list", "who may unlock here"),
    _built(
        "passphrase change",
        "a new passphrase for this user",
        option("--compromised", action="store_true"),
        option("--also", action="append", default=[], metavar="SLOT"),
    ),
    _built("recovery create", "a recovery code for this vault"),
    _built("recovery check", "show that the recovery code is at hand"),
    _built("recovery use", "open with the recovery code"),
    _built(
        "recovery office-key",
        "at the office: the public half of its recovery key",
        option("out", metavar="OUT"),
    ),
    _built(
        "recovery office",
        "let the office be a way back into this vault",
        option("input", metavar="IN"),
    ),
    _built(
        "recovery request",
        "on a locked laptop: ask the office, with a new passphrase",
        option("out", metavar="OUT"),
    ),
    _built(
        "recovery answer",
        "at the office: answer a laptop's request",
        option("input", metavar="IN"),
        option("out", metavar="OUT"),
    ),
    _built(
        "recovery take",
        "on a locked laptop: open the office's answer",
        option("input", metavar="IN"),
    ),
    _built("vault info", "what this vault is; most of it without unlocking"),
    _built("vault verify", "check header, cipher, database, journal and projections"),
    _built(
        "case new",
        "open a case",
        option("--child", choices=("not_asked", "unknown", "yes", "no"), default="not_asked"),
    ),
    _built(
        "case list",
        "cases, newest change first",
        option("--filter", action="append", default=[], metavar="K=V"),
        _LIMIT,
        _AFTER,
    ),
    _built("case show", "all that this role may see of a case", _CODE),
    _built("case history", "what happened, in causal order", _CODE, _LIMIT, _AFTER),
    _built("case close", "close a case", _CODE, _REASON, option("--second", metavar="BADGE")),
    _built(
        "today",
        "what is due in all open cases",
        option("--days", type=int, default=7, metavar="N"),
    ),
    _built(
        "event add",
        "write down what happened, in any state of any track",
        _CODE,
        option("kind", metavar="KIND"),
        option("--on", default="", metavar="WHEN"),
        option("--support", default="", metavar="STATE"),
        option("--words", default="", metavar="W"),
        option("--corrects", default="", metavar="ITEM"),
    ),
    _built("clock list", "the time limits of the packs, with their sources"),
    _built(
        "clock confirm",
        "a day that a person has checked, for a rule that may have changed",
        _CODE,
        option("rule", metavar="RULE"),
        option("day", metavar="DAY"),
        option("--source", default="", metavar="TEXT"),
    ),
    _built(
        "answer set",
        "set one answer",
        _CODE,
        option("field", metavar="FIELD"),
        option("value", metavar="VALUE"),
        option("--state", choices=_STATES, default="answered"),
        option("--source", choices=_SOURCES),
    ),
    _built("answer import", "answers from a JSON file, all or nothing", _CODE, _FILE),
    _later("answer move", "move an answer written into the wrong record", _CODE, _FILE),
    _built(
        "attachment add",
        "take a file into a case",
        _CODE,
        _FILE,
        option("--label", default="", metavar="L"),
        option("--photo", action="store_true"),
        option("--compartment", default="", metavar="C"),
    ),
    _built("attachment list", "what is attached to a case", _CODE),
    _built(
        "attachment save",
        "write an attachment into a folder, readable by everybody",
        _CODE,
        option("id", metavar="ID"),
        _TO,
    ),
    _built(
        "search",
        "find text and names in all cases that this role sees",
        option("text", metavar="TEXT"),
        option("--limit", type=int, default=20, metavar="N"),
    ),
    _built(
        "consent record",
        "record answers about consent",
        _CODE,
        _PURPOSE,
        _RECIPIENT,
        option("--groups", required=True, metavar="a,b"),
        option("--answer", required=True, choices=("yes", "no", "not_now", "partly")),
        option("--until", metavar="DATE"),
    ),
    _built("consent withdraw", "withdraw consents", _CODE, option("ids", nargs="+", metavar="ID")),
    _built("consent list", "the consent register of a case", _CODE),
    _built(
        "referral preview",
        "what would go and what not",
        _CODE,
        _RECIPIENT,
        _PURPOSE,
        option("--ground", default="", metavar="GROUND"),
    ),
    _built(
        "referral export",
        "send a referral",
        _CODE,
        _RECIPIENT,
        _PURPOSE,
        _TO,
        option("--as", dest="way", required=True, choices=("packet", "age", "pdf", "pdf-password")),
        option("--password-file", metavar="F"),
        option("--lang", default="", metavar="L"),
        option("--ground", default="", metavar="GROUND"),
        option("--reason", default="", metavar="TEXT"),
        option("--informed", default="", metavar="WHO"),
    ),
    _built("referral import", "open a packet that was sent to us", _FILE),
    _built(
        "referral answer",
        "a person's receipt for a packet",
        option("referral"),
        option("--state", required=True),
        option("--reason", default=""),
        _TO,
    ),
    _built("referral receipt", "file a receipt that came back", option("receipt")),
    _built("referral list", "referrals of a case", _CODE),
    _built(
        "invite create",
        "an invitation for a named person",
        option("badge", metavar="BADGE"),
        option("--role", default="", metavar="ROLE"),
        option("--to", required=True, metavar="FILE"),
        option("--days", type=int, default=30, metavar="N"),
    ),
    _built(
        "invite open",
        "begin with an invitation",
        _FILE,
        option("--label", default="", metavar="NAME"),
        option("--kdf", metavar="MIB:T:P"),
    ),
    _built("invite confirm", "confirm who opened an invitation", option("badge", metavar="BADGE")),
    _built("invite list", "invitations, and who has opened them"),
    _built("root show", "the root document of the organisation"),
    _built("root renew", "a renewal for the mail", option("--to", required=True, metavar="FILE")),
    _built(
        "root registrar",
        "a further registrar, in a renewal for the mail",
        option("badge", metavar="BADGE"),
        option("--to", required=True, metavar="FILE"),
    ),
    _built("directory list", "services and contacts", option("--kind", default="")),
    _built("directory import", "take in services and contacts", _FILE),
    _built("directory export", "write services and contacts", _FILE),
    _built("card export", "our contact card", _FILE),
    _built(
        "card import", "a partner's contact card", _FILE, option("--kind", default="", metavar="K")
    ),
    _built(
        "device request",
        "ask for this laptop to be taken in",
        option("out", metavar="OUT"),
        option("--label", default="", metavar="NAME"),
        option("--with-cases", action="store_true"),
        option("--kdf", metavar="MIB:T:P"),
    ),
    _built(
        "device approve",
        "take a laptop in",
        option("input", metavar="IN"),
        option("out", metavar="OUT"),
        option("--role", default="", metavar="ROLE"),
    ),
    _built("device join", "open the welcome", option("input", metavar="IN")),
    _built(
        "device renew",
        "a new identity for this laptop, after a restore or a move",
        option("out", metavar="OUT", nargs="?", default=""),
        option("--label", default="", metavar="NAME"),
    ),
    _built("device list", "the devices of the organisation"),
    _built(
        "device revoke",
        "end a device; its later work waits in quarantine",
        option("id"),
        option("--reason", required=True, choices=("lost", "left", "compromised")),
        option("--cut", default="last-seen"),
    ),
    _built(
        "sync",
        "exchange with a folder, a server or an object store",
        option("store", metavar="STORE"),
        option("--dry-run", action="store_true"),
        option("--attachments", action="store_true"),
        option("--accept-many", action="store_true"),
    ),
    _built(
        "store add",
        "keep a server, with what opens it, in the vault",
        _ADDRESS,
        option("--endpoint", default="", metavar="URL"),
        option("--region", default="", metavar="R"),
        option("--authority", default="", metavar="FILE"),
    ),
    _built("store list", "servers that the vault knows"),
    _built("store remove", "forget a server", _ADDRESS),
    _built("store test", "try what an exchange needs of a store", _ADDRESS),
    _built("arrivals", "what each file is", option("dir"), option("--take", action="store_true")),
    _built(
        "carry",
        "files for mail, a card or a courier",
        option("folder", metavar="DIR"),
        option("--from", dest="source", default="", metavar="STORE"),
        option("--new", action="store_true"),
        option("--attachments", action="store_true"),
    ),
    _built("bundle verify", "check objects and pack files", option("files", nargs="+")),
    _built("bundle info", "what a file says of itself", _FILE),
    _built("quarantine list", "work of people or devices that have ended"),
    _built("quarantine show", "what is in one of them", option("id")),
    _built(
        "quarantine adopt",
        "take work over in the own name",
        option("ids", nargs="*", metavar="ID"),
        option("--all", action="store_true"),
    ),
    _built("conflict list", "values that stand side by side"),
    _built(
        "conflict resolve",
        "decide between values",
        option("id"),
        option("--keep", metavar="OPID"),
        option("--value", metavar="V"),
    ),
    _built(
        "backup create",
        "a consistent, verified copy",
        option("dir"),
        option("--without-attachments", action="store_true"),
    ),
    _built("backup verify", "open and check a backup", _FILE),
    _built(
        "backup restore",
        "restore into an empty folder",
        _FILE,
        option("--recovery-code", action="store_true"),
        option("--without-attachments", action="store_true"),
    ),
    _built(
        "audit list",
        "who did what here, newest first",
        option("--filter", action="append", default=[], metavar="K=V"),
        _LIMIT,
        _AFTER,
    ),
    _built("box write", "seal a form while the vault is locked", _FILE),
    _built("box list", "what was written while the vault was locked"),
    _built(
        "box adopt",
        "take over what was written while the vault was locked",
        option("box", metavar="BOX"),
        option("--case", metavar="CODE"),
    ),
    _later("export htcds", "the case standard of the field", option("--out", required=True)),
    _later("import htcds", "cases in the standard", _FILE),
    _later(
        "stats",
        "a fixed table",
        option("table"),
        option("--from"),
        option("--to"),
        option("--min-cell", type=int, default=10),
    ),
    _built("pack check", "all rules of a form pack", option("dir")),
    _built("pack use", "the country packs of this laptop", _COUNTRIES),
    _built(
        "pack docs",
        "a readable description of the active packs",
        option("out"),
        option("--country", action="append", default=[], metavar="ID"),
        option("--lang", default="", metavar="L"),
    ),
    _built("erase", "carry out an erasure order", _CODE, option("--order", required=True)),
)
SYNC_STATUS = _built("sync status", "what waits; without network")
