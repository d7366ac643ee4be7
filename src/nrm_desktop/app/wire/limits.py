"""Every limit on foreign bytes, and the format number. One place, one boundary test each.

This module decides how large anything from outside may be. It must not read or measure anything.

Source: sync.md section 19.
"""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1
"""F of sync.md: the number of every structure. Whatever changes a byte needs another one."""

READER_LEVEL: Final = 0
"""The level of operations that this program can apply (`min_reader` of a commit header)."""

KIB: Final = 1024
MIB: Final = 1024 * KIB

OBJECT_BYTES: Final = 16 * MIB
PACK_FILE_BYTES: Final = 16 * MIB
OBJECTS_PER_PACK_FILE: Final = 4_096
BODY_BYTES: Final = 64 * MIB

CBOR_DEPTH: Final = 8
CBOR_ARRAY: Final = 10_000
CBOR_TEXT_BYTES: Final = 1 * MIB
CBOR_ITEMS: Final = 1_000_000
"""Items in one CBOR text: what keeps a million empty arrays from filling the memory."""

COMMITS_PER_BUNDLE: Final = 10_000
OPS_PER_COMMIT: Final = 10_000
OPS_PER_BUNDLE: Final = 100_000
COMMIT_BYTES: Final = 4 * MIB
SEGMENTS_PER_COMMIT: Final = 64
REPLACES_PER_OP: Final = 256
DEPS_PER_COMMIT: Final = 256
COMPARTMENTS_PER_SCOPE: Final = 64
RECORD_NESTING: Final = 3

ACTS_PER_SCOPE: Final = 10_000
NAMES_IN_ACT: Final = 1_000
"""Acts named as known, logs of a cut, roles: in one act or root document."""
STATEMENT_BYTES: Final = 1 * MIB
"""A root document, act, request or card with its signatures."""
DEVICES_PER_ORGANISATION: Final = 1_000
SIGNATURES_PER_STATEMENT: Final = 16
EPOCHS_PER_SLOT: Final = 256
MEMBERS_PER_SCOPE: Final = 1_000
SLOTS_PER_BOX: Final = 256
MANIFEST_ROWS: Final = 4_000
MANIFEST_PARTS: Final = 256
CHECKPOINT_ROWS: Final = 4_000
CHECKPOINT_WANTS: Final = 1_000
BUCKETS_PER_RUN: Final = 64

ATTACHMENT_BYTES: Final = 50 * MIB
CHUNK_BYTES: Final = 256 * KIB
CHUNK_SIZES: Final = (64 * KIB, CHUNK_BYTES)
"""Plain bytes of a chunk: on a slow link, and else. 50 MiB are 800 or 200 of them."""
CHUNK_OBJECT_BYTES: Final = 320 * KIB
"""A sealed chunk with its padding; what is larger under the name of a chunk is not fetched."""
MEDIA_TYPE_CHARS: Final = 64

PICTURE_PIXELS: Final = 40_000_000

SHEET_FILE_BYTES: Final = 16 * MIB
SHEET_MEMBERS: Final = 1_000
SHEET_UNPACKED_BYTES: Final = 64 * MIB
SHEET_RATIO: Final = 200
SHEET_XML_DEPTH: Final = 64
SHEET_COLUMNS: Final = 200
SHEET_ROWS: Final = 100_000
"""Spreadsheets of others; storage-security.md section 15."""

FORM_PACK_FILES: Final = 1_000
FORM_PACK_FILE_BYTES: Final = 2 * MIB
FORM_PACK_BYTES: Final = 16 * MIB
"""A form pack: its files, one of them, and all together; storage-security.md section 15."""
SIGNED_PACK_BYTES: Final = 8 * MIB
"""A form pack that travels, with its signature: padded, it fits into an object of the exchange."""

NOTICE_PARTS: Final = 1_000
"""Parts of a packet, each a purpose with a data group, that one notice takes back."""

RELEASE_BYTES: Final = 1 * MIB
"""A table of counts that left, with its sheet."""

BRANCHES_PER_LOG: Final = 8
"""Commits with one number of a log that are kept beside each other."""
PENDING_COMMITS: Final = 50_000
PENDING_BYTES: Final = 64 * MIB
NAMES_PER_FOLDER: Final = 200_000
STORE_NAME_CHARS: Final = 48

BOX_BYTES: Final = 64 * KIB
BOX_FILE_BYTES: Final = BOX_BYTES + 8 * KIB
"""A box with its padding, its slots and its container."""
BOX_ANSWERS: Final = 200
BOXES_WAITING: Final = 200
BOXES_BYTES: Final = 8 * MIB

FIELD_ID_CHARS: Final = 64
CLOCK_MS: Final = (1 << 48) - 1
"""The largest wall clock value. Units: milliseconds since 1970 UTC."""
U16: Final = (1 << 16) - 1
U32: Final = (1 << 32) - 1
U64: Final = (1 << 64) - 1
