"""A PDF that opens with a password only: a convenience for the recipient, told by another way.

The password is never the passphrase of the vault. What must stay secret travels in the sealed
packet; a password on paper's twin is only as good as the words chosen.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import Final

import pikepdf

from nrm_desktop.domain.errors import Usage

_REVISION: Final = 6
"""AES-256 as of ISO 32000-2. Revision 5 is an early draft that readers refuse."""


def protect(pdf: bytes, password: str) -> bytes:
    """Encrypt a document, its metadata included.

    Raises: Usage when the password is empty: such a file opens for everybody.
    """
    if not password.strip():
        raise Usage("usage.bad_value", field="password")
    # Readers fold what is typed in the same way (ISO 32000-2, 7.6.4.3.3: SASLprep).
    folded = unicodedata.normalize("NFKC", password)
    # An empty owner password would open the file too, so both are the same.
    lock = pikepdf.Encryption(owner=folded, user=folded, R=_REVISION, aes=True, metadata=True)
    protected = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(protected, encryption=lock)
    return protected.getvalue()
