"""What is in a pack that travels: every fault is told before it is signed, and again on arrival.

Somebody with a changed program can sign anything; nothing of it is kept anywhere.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.e2e.signed_packs import (
    base,
    bulgaria,
    files_of,
    kept,
    refused,
    sealed,
    signed,
    take,
    three_copies,
)

from nrm_desktop.domain.errors import NrmError, Usage
from nrm_desktop.domain.forms.problems import PackRefused

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T14"), pytest.mark.threat("T19")]


@pytest.fixture
def three(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops


def test_a_pack_with_faults_is_not_signed_and_every_fault_is_told(three, tmp_path):
    folder = bulgaria(tmp_path / "bg", compartments=MORE)
    with pytest.raises(PackRefused) as caught:
        sealed(three[0], folder)

    assert "widened_role" in {one.code for one in caught.value.problems}
    assert list(tmp_path.glob("*.nrmf")) == []


def test_a_pack_with_odd_names_is_not_signed(three, tmp_path):
    folder = bulgaria(tmp_path / "bg")
    (folder / "codelists/return.toml").rename(folder / "codelists/ret urn.toml")
    with pytest.raises(PackRefused) as caught:
        sealed(three[0], folder)

    assert [one.code for one in caught.value.problems] == ["bad_name"]


def test_a_folder_that_is_not_there_is_told(three, tmp_path):
    with pytest.raises(Usage):
        sealed(three[0], tmp_path / "nowhere")


HEAD = '[pack]\nid = "{}"\nversion = "{}"\nlanguage = "en"\nextends = "{}"\nforms = {}\n'
FORMS = '["return", "screening"]'
MORE = '[[role]]\nid = "shelter"\ncells = { health = "W" }\n'
BAD = {
    "no pack.toml": ("pack.toml", None),
    "no TOML": ("clocks.toml", "x = = 1"),
    "an unknown file": ("other/x.toml", ""),
    "another id inside": ("pack.toml", HEAD.format("ro", "0.2.0", "base", FORMS)),
    "another version inside": ("pack.toml", HEAD.format("bg", "9.0", "base", FORMS)),
    "a base of its own": ("pack.toml", HEAD.format("bg", "0.2.0", "", FORMS)),
    "a role that gets more": ("compartments.toml", MORE),
}


@pytest.mark.parametrize("name", BAD)
def test_a_well_signed_pack_with_faults_is_refused_whoever_signed_it(three, tmp_path, name):
    """Somebody with a changed program signs what `pack seal` would not have signed."""
    ana, boris, _ = three
    files = dict(files_of(bulgaria(tmp_path / "bg")))
    changed, text = BAD[name]
    files = {path: said for path, said in files.items() if path != changed}
    files |= {changed: text} if text is not None else {}
    path = signed(ana, tmp_path / "bad.nrmf", files=tuple(sorted(files.items())))

    assert refused(boris, path) in {"integrity.pack", "integrity.format"}


@pytest.mark.parametrize(
    ("file_name", "old", "new"),
    [
        ("forms/screening.toml", 'id = "screening.salutation"', 'id = "screening.greeting"'),
        ("compartments.toml", 'core = "or"\nidentity = "o"', 'core = "W"\nidentity = "W"'),
    ],
)
def test_a_newer_base_that_loses_a_question_or_opens_a_part_is_refused(
    three, tmp_path, file_name, old, new
):
    """The coordinator who signs would otherwise let herself read every case."""
    ana, boris, _ = three
    folder = base(tmp_path / "base")
    text = (folder / file_name).read_text("utf-8")
    assert old in text
    (folder / file_name).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(PackRefused):
        sealed(ana, folder)
    path = signed(ana, tmp_path / "bad.nrmf", pack="base", files=files_of(folder))

    assert refused(boris, path) == "integrity.pack"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_changed_file_is_ever_taken(data, shared):
    """Whatever happens to the bytes on their way: refused, and nothing is kept."""
    laptop, good, path = shared
    place = data.draw(st.integers(0, len(good) - 1))
    kind = data.draw(st.sampled_from(["flip", "cut", "insert", "swap"]))
    bad = bytearray(good)
    if kind == "flip":
        bad[place] ^= 1 << data.draw(st.integers(0, 7))
    elif kind == "cut":
        del bad[place:]
    elif kind == "insert":
        bad[place:place] = data.draw(st.binary(min_size=1, max_size=9))
    else:
        bad[place], bad[-1 - place] = bad[-1 - place] ^ 1, bad[place]
    path.write_bytes(bad)

    with pytest.raises(NrmError):
        take(laptop, path)
    assert kept(laptop) == ()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One laptop for many examples, with a good file beside it."""
    room = tmp_path_factory.mktemp("shared")
    with three_copies(room / "laptops") as laptops:
        good = sealed(laptops[0], bulgaria(room / "bg")).read_bytes()
        yield laptops[1], good, room / "changed.nrmf"
