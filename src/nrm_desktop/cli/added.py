"""What the program adds to the contract of the command line: a list for `docs/cli.md`, as data.

The contract itself, with everything that is added to it, is `cli.surface`.
"""

from __future__ import annotations

ADDED: tuple[tuple[str, str], ...] = (
    ("practice --cases N", "fewer invented cases, for a quick look"),
    ("referral preview --ground GROUND", "look at a sending that rests on another ground"),
    ("referral export --ground GROUND --reason TEXT --informed WHO", "send on another ground"),
    ("card import --kind K", "the kind of a partner that the directory does not know yet"),
    ("device request --label NAME --kdf MIB:T:P", "name of the laptop; cost of its first slot"),
    ("device request --with-cases", "a vault begun alone joins with its cases and its directory"),
    ("device approve --role ROLE", "the role of a badge that is new in the organisation"),
    ("quarantine list, show, adopt", "work that came from behind a cut; a lead takes it over"),
    ("device renew [OUT] --label NAME", "a new identity; OUT takes the request to a registrar"),
    ("root registrar BADGE --to FILE", "a second registrar, by whoever holds the root"),
    ("pack docs --country ID --lang L", "country packs to describe; language of the labels"),
    ("--key-file F", "the file that goes with a passphrase; with `init` the slot wants both"),
    ("passphrase change --compromised", "new keys too, where somebody else may know the old one"),
    ("user remove, passphrase change: --also SLOT", "ways in that nobody can vouch for go too"),
    ("user add, user remove, user list", "slot and fingerprint; what is still to be done"),
    ("recovery check", "two groups are asked for again, every 90 days"),
    ("recovery office-key, office, request, answer, take", "the office as a way back"),
    ("recovery use: `signer`, recovery create: `vault`", "what is still to be done; sheet's mark"),
    ("backup restore --recovery-code", "where nobody knows a passphrase of its day"),
    ("backup restore --without-attachments", "the cases alone, where attachments are damaged"),
    ("audit list", "the review of who did what; filters act, user, case, from, to"),
    ("box write, box list, box adopt", "writing without unlocking, and taking it over"),
    ("carry", "the exchange by mail, card or courier; without keys from a store, by --from"),
    ("arrivals: `missing`", "entries that devices name in a carrier and that have not arrived"),
    ("sync: `passed_on`", "parcels of third parties that were copied from another folder"),
    ("sync --attachments", "attachments go over a slow line too"),
    ("sync --accept-many", "take in what closes or erases very many cases, once somebody asked"),
    ("store add, store list, store remove", "servers, and what opens them, kept in the vault"),
    ("store test", "a probe that is written, read, refused and removed"),
    ("store add: lines 2 and 3", "of the passphrase file: name and password at the server"),
    ("attachment add, attachment list, attachment save", "files of a case; a word before saving"),
    ("practice: `screenshots`", "pictures of the screens, where a display library is there"),
    ("invite open --label NAME --kdf MIB:T:P", "as with `device request`; digits to read out"),
    ("invite confirm, invite list", "who opened an invitation; typed digits where several did"),
    ("today", "what is due in all open cases: overdue, today, within N days"),
    ("event add", "one thing that happened; the kind chooses the part of the file"),
    ("clock list, clock confirm", "time limits with their sources; a day that was checked"),
    ("case list: `tracks`, `due`", "all tracks that may be seen; the next day that is waited for"),
    ("case show: `due`", "clocks that run, with their rule, source and what the rule says"),
    ("register list, register set", "interpreters, the duty sheet, sticks: no text of a case"),
    ("pack use", "which country packs this laptop works with"),
    ("answer correct", "what the person says is wrong, beside the answer and with its day"),
    ("case copy --as json", "the own copy to take along; who received what is in every copy"),
    ("answer move", "a command of another design document, not built yet"),
)
"""What the program adds to the contract of the command line, and why."""
