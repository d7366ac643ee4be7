"""A form pack on its way (storage-security.md section 15): labels and texts within limits."""

import tracemalloc
from dataclasses import replace

import pytest
from tools.vector_sets.statements import forms

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.form_pack import (
    decode_form_pack,
    encode_form_pack,
    is_pack_file_name,
)
from nrm_desktop.app.wire.limits import (
    FORM_PACK_FILE_BYTES,
    FORM_PACK_FILES,
    FORMAT,
    SIGNED_PACK_BYTES,
)
from nrm_desktop.domain.errors import HostileInput

ORGANISATION = forms().organisation
PATHS = (
    *("/pack.toml", "../pack.toml", "forms/../pack.toml", "./pack.toml", "forms//a.toml"),
    *("forms\\a.toml", "C:/a.toml", "C:a.toml", "a/b/c.toml", "forms/", "~/a.toml", "forms/.toml"),
    *("pack.TOML", "pack.toml ", "pack.toml\0", "pack.toml\n", "pack.tоml", ".pack.toml", ""),
    *(
        "pack.py",
        "pack",
        "toml",
        "pack.toml.exe",
        "Forms/a.toml",
        "a" * 70 + ".toml",
        "a\u202eb.toml",
    ),
)


def payload(files, **changed):
    parts = {"pack": "xx", "version": "1.2.0", "made": 7, **changed}
    return cbor.encode((FORMAT, ORGANISATION, *parts.values(), files))


def refusal(data: bytes) -> str:
    with pytest.raises(HostileInput) as caught:
        decode_form_pack(data)
    assert caught.value.params["step"] == "cbor"
    return caught.value.params["what"]


def test_a_pack_comes_back_as_it_was_made():
    assert decode_form_pack(encode_form_pack(forms())) == forms()
    assert forms().texts["forms/small.toml"] == "# Größe\n"


@pytest.mark.parametrize("name", ["pack.toml", "texts/uk.toml", "texts/pt-BR.toml", "a/b_2.toml"])
def test_a_plain_name_is_taken(name):
    assert decode_form_pack(payload([(name, b"")])).files == ((name, ""),)


@pytest.mark.threat("T14")
@pytest.mark.parametrize("name", PATHS)
def test_a_name_that_is_a_path_or_no_toml_is_refused(name):
    assert not is_pack_file_name(name)
    assert refusal(payload([(name, b"x = 1")])) == "formpack.name"


def test_two_files_of_one_name_and_names_out_of_order_are_refused():
    for names in (("a.toml", "a.toml"), ("b.toml", "a.toml")):
        assert refusal(payload([(name, b"") for name in names])) == "formpack.files"


def test_a_pack_without_files_is_refused():
    assert refusal(payload([])) == "formpack.files"


@pytest.mark.threat("T13")
def test_too_many_files_are_refused_and_as_many_as_allowed_are_read():
    names = [f"f{number:04}.toml" for number in range(FORM_PACK_FILES + 1)]

    assert refusal(payload([(name, b"") for name in names])) == "formpack.files"
    assert len(decode_form_pack(payload([(name, b"") for name in names[:-1]])).files) == 1_000


@pytest.mark.threat("T13")
def test_a_file_that_is_too_large_is_refused_and_the_largest_is_read():
    largest = b"#" * FORM_PACK_FILE_BYTES

    assert refusal(payload([("a.toml", largest + b"#")])) == "formpack.file"
    assert decode_form_pack(payload([("a.toml", largest)])).files[0][1] == largest.decode()


@pytest.mark.threat("T13")
def test_files_that_are_too_large_together_are_refused_before_anything_is_read():
    part = b"#" * FORM_PACK_FILE_BYTES
    data = payload([(f"f{number}.toml", part) for number in range(4)])
    assert len(data) > SIGNED_PACK_BYTES

    tracemalloc.start()
    assert refusal(data) == "formpack.size"
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < len(part)


@pytest.mark.parametrize("raw", [b"\xff", b"caf\xe9", b"\xed\xa0\x80", b"\xc0\xaf"])
def test_a_file_that_is_no_utf8_is_refused(raw):
    assert refusal(payload([("a.toml", raw)])) == "formpack.text"


@pytest.mark.parametrize("content", ["text", 5, None, [b"x"]])
def test_a_file_that_is_no_bytes_is_refused(content):
    assert refusal(payload([("a.toml", content)])) == "formpack.file"


@pytest.mark.parametrize("name", ["", "Base", "../gb", "1a", "a" * 41, 5])
def test_a_pack_has_the_id_of_a_pack(name):
    assert refusal(payload([("pack.toml", b"")], pack=name)) == "formpack.pack"


@pytest.mark.parametrize("version", ["", "new", "1.2-beta", "1.2.3.4.5", "1..2", "-1", "١", 12])
def test_a_version_that_cannot_be_compared_is_refused(version):
    assert refusal(payload([("pack.toml", b"")], version=version)) == "formpack.version"


def test_what_is_written_is_what_would_be_read():
    """Files in any order are written in the one order that is read."""
    mixed = replace(forms(), files=tuple(reversed(forms().files)))

    assert encode_form_pack(mixed) == encode_form_pack(forms())
