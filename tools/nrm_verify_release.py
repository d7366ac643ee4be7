"""Independent verifier of a table that left: `nrm_verify_release.py FILE` or `FILE.nrmsig`.

Written from docs/format.md (5, 10, 11.3), without the program; it needs no key. Says whether the
file is the one that was signed, by whom, and by which organisation: its fingerprint is worth as
much as the card with which somebody compares it. Exit 0: all is well, 5: not.
"""

import csv
import hashlib
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

FORMAT, MIB, FILE_BYTES, SIGNATURE_BYTES = 1, 1 << 20, 1 << 20, 1 << 20
SUFFIX = ".nrmsig"
USER, SIGNER, REMOVAL = 1, 3, 5


class Refused(Exception):
    """Something is not as it must be; what, is the only argument."""


def _need(condition: object, what: str) -> None:
    if not condition:
        raise Refused(what)


def _digest(label: str, data: bytes) -> bytes:
    return hashlib.sha256(b"nrm1/" + label.encode() + b"\0" + data).digest()


def _cbor(data: object, *sizes: int) -> tuple:
    """Strict CBOR: an array of one of these sizes that encodes to the same bytes."""
    _need(type(data) is bytes, "format")
    try:
        item = cbor2.loads(data, max_depth=8, allow_indefinite=False, immutable=True)
        is_same = cbor2.dumps(item) == data
    except (cbor2.CBORError, ValueError, TypeError):
        raise Refused("format") from None
    _need(is_same and type(item) is tuple and (not sizes or len(item) in sizes), "format")
    return item


def _is_signed(label: str, key: bytes, payload: bytes, signature: object) -> bool:
    kind = ed25519.Ed25519PublicKey if len(key) == 32 else mldsa.MLDSA65PublicKey
    protected = bytes.fromhex("a10127" if len(key) == 32 else "a1013830")
    message = cbor2.dumps(["Signature1", protected, b"nrm1/" + label.encode(), payload])
    with suppress(InvalidSignature, ValueError, TypeError):
        kind.from_public_bytes(key).verify(signature, message)
        return True
    return False


def _id_of(ed: bytes) -> bytes:
    return _digest("signer", ed)[:16]


def signers_of(label: str, statement: bytes, keys: dict) -> tuple[bytes, set]:
    """Payload, and who of these has signed it with both keys. Nobody else may have signed."""
    payload, signed = _cbor(statement, 2)
    _need(type(signed) is tuple and 0 < len(signed) <= 16, "format")
    _need(all(type(one) is tuple and len(one) == 3 for one in signed), "format")
    _need(all(left[0] < right[0] for left, right in pairwise(signed)), "format")
    for name, short, long in signed:
        _need(name in keys, f"{label}: signed by somebody unknown")
        pairs = zip(keys[name], (short, long), strict=True)
        is_good = all(_is_signed(label, key, payload, one) for key, one in pairs)
        _need(is_good, f"{label}: signature")
    return payload, {one[0] for one in signed}


def walk_roots(statements: Iterable[bytes]) -> list[tuple]:
    """The root documents, each signed by enough keys of its own and of the one before."""
    roots: list[tuple] = []
    for statement in statements:
        payload = _cbor(statement, 2)[0]
        root = (*_cbor(payload, 13), payload)
        known = {_id_of(ed): (ed, ml) for ed, ml in root[3]}
        before = {_id_of(ed): (ed, ml) for ed, ml in roots[-1][3]} if roots else known
        _need(root[0] == FORMAT and root[1] == len(roots) + 1, "root: version")
        _, by = signers_of("rootdoc", statement, known | before)
        _need(len(by & known.keys()) >= root[4] > 0, "root: too few signatures")
        _need(not roots or len(by & before.keys()) >= roots[-1][4], "root: too few signatures")
        roots.append(root)
    _need(roots, "root: none")
    return roots


def read_acts(statements: Iterable[bytes], organisation: bytes, keys: dict) -> dict[bytes, tuple]:
    """The acts of the organisation by id, each signed by its issuer, who is known from a root."""
    acts = {}
    for statement in statements:
        payload = _cbor(statement, 2)[0]
        act = _cbor(payload, 9)
        _need(act[0] == FORMAT and act[2] == act[3] == organisation, "act: another place")
        _, by = signers_of("act", statement, keys)
        _need(act[5] in by, "act: issuer")
        acts[_digest("actid", payload)[:16]] = act
    return acts


def _seen_by(root: tuple, acts: dict[bytes, tuple]) -> set:
    """The acts that whoever signed a root document had seen."""
    seen, next_ones = set(), list(root[10])
    while next_ones:
        name = next_ones.pop()
        if name in acts and name not in seen:
            seen.add(name)
            next_ones += acts[name][6]
    return seen


def standing(roots: list[tuple], acts: dict[bytes, tuple]) -> list[tuple]:
    """Acts of whom the newest root names, within their time, and what it had seen of others."""
    newest, seen = roots[-1], _seen_by(roots[-1], acts)
    ends = {_id_of(ed): end for _, ed, _, end in newest[5]}
    ends |= {_id_of(ed): 0 for ed, _ in newest[3]}

    def counts(name: bytes, act: tuple) -> bool:
        end = ends.get(act[5])
        return name in seen or (end is not None and (end == 0 or act[7] >> 16 <= end))

    return [act for name, act in acts.items() if counts(name, act)]


def _who(signer: bytes, roots: list[tuple], acts: Collection[tuple]) -> tuple[tuple, str]:
    """Keys and words of the signer: whom the root itself names, or whom the acts certify."""
    named = [(ed, ml, "a key of the organisation itself") for ed, ml in roots[-1][3]]
    named += [(ed, ml, "whoever certifies its people") for _, ed, ml, _ in roots[-1][5]]
    for ed, ml, words in named:
        if _id_of(ed) == signer:
            return (ed, ml), words
    for act in acts:
        if act[1] == SIGNER and _id_of(act[4][2]) == signer:
            user, device, ed, ml = act[4]
            gone = {one[4][0] for one in acts if one[1] == REMOVAL}
            _need(not gone & {user, device, signer}, "whoever signed has been removed")
            known = [one[4] for one in acts if one[1] == USER and one[4][0] == user]
            _need(known, "nobody says who signed")
            return (ed, ml), f"{known[0][1]} ({', '.join(known[0][2])})"
    raise Refused("nothing certifies whoever signed")


def verify(data: bytes, signature: bytes) -> list[str]:
    """What a good signature says, in lines. Raises: Refused."""
    _need(len(data) <= FILE_BYTES and len(signature) <= SIGNATURE_BYTES, "too large")
    word, number, statement = _cbor(signature, 3)
    _need((word, number) == ("nrmstat", FORMAT), "no signature of a table")
    payload, signed = _cbor(statement, 2)
    _, named, at, proof = _cbor(payload, 4)
    _need(named == hashlib.sha256(data).digest(), "the file is not the one that was signed")
    roots = walk_roots(proof[0])
    organisation = _digest("root", roots[0][-1])[:16]
    keys = {_id_of(ed): (ed, ml) for root in roots for _, ed, ml, _ in root[5]}
    keys |= {_id_of(ed): (ed, ml) for root in roots for ed, ml in root[3]}
    acts = standing(roots, read_acts(proof[1], organisation, keys))
    _need(len(signed) == 1, "one person signs a table")
    own, who = _who(signed[0][0], roots, acts)
    signers_of("stat", statement, {signed[0][0]: own})
    when = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
    return [
        f"organisation: {roots[-1][2]}",
        f"fingerprint of its root: {_digest('root', roots[0][-1]).hex()}",
        f"signed by: {who}",
        f"signed: {when}",
        *_sheet(data),
    ]


def _sheet(data: bytes) -> list[str]:
    lines = list(csv.reader(data.decode("utf-8", "replace").splitlines()))
    _need(lines and lines[0][:1] and lines[0][0].startswith("nrm_desktop "), "no table")
    wanted = ("table", "organisation", "from", "to", "unit", "smallest_cell")
    found = {line[1]: line[2] for line in lines if len(line) > 2 and line[0] == "sheet"}
    return [f"{name}: {found[name]}" for name in wanted if name in found]


def main(path: Path, say: Callable[[str], object] = print) -> int:
    """Check one file with what lies beside it; either of the two may be named."""
    table = path.with_suffix("") if path.suffix == SUFFIX else path
    try:
        beside = table.with_name(table.name + SUFFIX)
        for line in verify(table.read_bytes(), beside.read_bytes()):
            say(line)
    except (Refused, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        say(f"NOT GOOD: {error if isinstance(error, Refused) else 'format'}")
        return 5
    except OSError as error:
        say(f"NOT GOOD: {error.strerror}")
        return 5
    say("all is well")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
