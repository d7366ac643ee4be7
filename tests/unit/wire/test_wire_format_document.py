"""docs/format.md says what the program does: its labels, limits and byte examples are real."""

import re
from pathlib import Path

import pytest
from tools.vector_sets.examples import examples

from nrm_desktop.app.wire import limits
from nrm_desktop.app.wire.refusal import Step
from nrm_desktop.app.wire.sealed_object import NOT_SEALED, RESERVED, ObjectType
from nrm_desktop.security.labels import LABEL_LISTS

TEXT = (Path(__file__).parents[3] / "docs" / "format.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```hex ([a-z-]+)\n(.*?)```", TEXT, re.DOTALL))


def block_bytes(text):
    """The hex digits of each line, up to the wide gap before its explanation."""
    lines = [re.split(r" {4,}", line)[0] for line in text.splitlines()]
    return bytes.fromhex("".join(lines))


@pytest.mark.parametrize("name", examples())
def test_every_byte_example_is_real(name):
    assert block_bytes(BLOCKS[name]).hex() == examples()[name].hex()


def test_every_example_of_the_document_is_compared():
    assert set(BLOCKS) == set(examples())


def test_labels_are_unique_and_listed():
    labels = [label.value.decode() for one in LABEL_LISTS for label in one]
    section = TEXT.split("## 3.")[1].split("```hex")[0]
    listed = re.findall(r"`(nrm1/[a-z0-9-]+)`", section)

    assert len(set(labels)) == len(labels)
    assert sorted(listed) == sorted(labels)


def test_every_step_of_acceptance_is_listed():
    words = re.findall(r"^\| \d \| `([a-z_]+)`", TEXT, re.MULTILINE)

    assert set(words) == {step.value for step in Step} | {"not_for_us"}


def test_every_type_of_object_is_listed():
    section = TEXT.split("| type | body | sealed under |")[1].split("\n\n")[0]
    firsts = [row.split("|")[1] for row in section.splitlines()[2:]]
    numbers = {int(number) for first in firsts for number in re.findall(r"\d+", first)}

    assert numbers == {int(kind) for kind in ObjectType}
    assert {ObjectType.ROOT_DOCUMENT} == NOT_SEALED
    assert {int(kind) for kind in RESERVED} == {64}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (limits.OBJECT_BYTES, "object, pack file | 16 MiB"),
        (limits.PACK_FILE_BYTES, "object, pack file | 16 MiB"),
        (limits.OBJECTS_PER_PACK_FILE, "objects per pack file | 4,096"),
        (limits.BODY_BYTES, "unpacked body | 64 MiB"),
        (limits.COMMITS_PER_BUNDLE, "commits per bundle | 10,000"),
        (limits.COMMIT_BYTES, "commit | 4 MiB"),
        (limits.SEGMENTS_PER_COMMIT, "segments per commit | 64"),
        (limits.SLOTS_PER_BOX, "slots per keybox or boxed file | 256"),
        (limits.EPOCHS_PER_SLOT, "epochs or keys per slot | 256"),
        (limits.STATEMENT_BYTES, "statement file (root, act, request, card) | 1 MiB"),
        (limits.SIGNATURES_PER_STATEMENT, "signatures per statement | 16"),
        (limits.ACTS_PER_SCOPE, "acts per scope | 10,000"),
        (limits.NAMES_IN_ACT, "ids or names in one act | 1,000"),
        (limits.COMPARTMENTS_PER_SCOPE, "compartments per scope | 64"),
        (limits.RECORD_NESTING, "records of a referral inside each other | 3"),
        (limits.NOTICE_PARTS, "parts in a withdrawal | 1,000"),
        (limits.BUCKETS_PER_RUN, "months of key ids looked at per run | 64"),
        (limits.MEMBERS_PER_SCOPE, "members of a scope, devices of an organisation | 1,000"),
    ],
)
def test_limits_are_those_of_the_program(value, said):
    assert said in TEXT
    number, *unit = said.split(" | ")[1].replace(",", "").split()
    assert value == int(number) * (1 << 20 if unit else 1)


def test_the_format_number_is_the_one_in_the_document():
    assert f"format number F = {limits.FORMAT}.**" in TEXT
    assert f"f    = {limits.FORMAT} " in TEXT
