"""Form packs that travel: signed by a person of the organisation, and checked before any use.

This module decides that exactly one known signer of this organisation has signed exactly these
bytes. Whether that person may give out forms is a question of powers (`bootstrap.pack_rights`),
and whether the forms are any good is decided by `domain.forms`.

Source: sync.md sections 4.1 and 6; docs/adr/0044. Threats: T12, T19.
"""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.wire.form_pack import TravellingPack, decode_form_pack, encode_form_pack
from nrm_desktop.app.wire.refusal import Step, refuse
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import ScopeId, SignerId
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.signing.cose import KeyLookup, check_signed_by


@dataclass(frozen=True, slots=True)
class SignedPack:
    """A form pack whose signature holds, and who signed it."""

    pack: TravellingPack
    signer: SignerId


def sign_form_pack(signer: SignerKeys, pack: TravellingPack) -> bytes:
    """Make the file of a form pack."""
    return encode_tagged(
        FileTag.FORM_PACK, signer.sign(SignLabel.FORM_PACK, encode_form_pack(pack))
    )


def check_form_pack(data: bytes, organisation: ScopeId, key_of: KeyLookup) -> SignedPack:
    """Read the file of a form pack and check its signature.

    Raises: HostileInput `integrity.pack_elsewhere` for another organisation's,
    `integrity.pack_signer` for a signer who is not known here, `integrity.signature` and
    `integrity.format` for what is not what was signed.
    """
    statement = decode_tagged(data, FileTag.FORM_PACK)
    pack = decode_form_pack(statement.payload)
    if pack.organisation != organisation:
        raise HostileInput("integrity.pack_elsewhere", step=Step.PLACE.value)
    if len(statement.signatures) != 1:
        raise refuse(Step.SIGNATURE, SignLabel.FORM_PACK.value.decode("ascii"))
    (signature,) = statement.signatures
    key = key_of(signature.key)
    if key is None:
        raise HostileInput("integrity.pack_signer", step=Step.GRANT.value)
    check_signed_by(SignLabel.FORM_PACK, statement, key, signature.key)
    return SignedPack(pack, SignerId(signature.key))
