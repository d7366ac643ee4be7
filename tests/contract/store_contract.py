"""The contract of a store, as one class that every store is put through."""

import pytest

from nrm_desktop.app.wire.limits import PACK_FILE_BYTES
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, ProgramFault

FOLDER = "nrm1/abcdefgh/c/"
NAME = FOLDER + "k2-000000000001-abcdefgh.cp"


class StoreContract:
    """Shape: the module of a subclass has a fixture `store`, empty for each test."""

    def test_what_was_put_is_got_whole_and_by_range(self, store):
        store.put(NAME, b"0123456789")

        assert store.get(NAME) == b"0123456789"
        assert store.get(NAME, 2, 5) == b"234"
        assert store.get(NAME, 4) == b"456789"
        assert store.get(NAME, 8, 99) == b"89"
        assert store.get(NAME, 3, 3) == b""
        assert store.get(NAME, 99, 120) == b""

    def test_the_same_bytes_again_are_no_error_and_others_are_refused(self, store):
        store.put(NAME, b"one")
        store.put(NAME, b"one")

        for other in (b"two", b"on", b"another", b"", b"once"):
            with pytest.raises(HostileInput) as refused:
                store.put(NAME, other)
            assert refused.value.code == "integrity.hash"

        assert store.get(NAME) == b"one"

    def test_a_copy_that_was_cut_off_is_written_anew(self, store):
        """Nothing else can end it: whoever writes has one name for one content."""
        store.put(NAME, b"the begin")

        store.put(NAME, b"the beginning and the end")

        assert store.get(NAME) == b"the beginning and the end"
        assert [entry.size for entry in store.list(FOLDER)] == [25]

    def test_names_are_listed_in_order_with_their_sizes_and_from_a_name_on(self, store):
        for letter in "cab":
            store.put(f"{FOLDER}{letter}.cp", letter.encode() * 3)
        store.put("nrm1/abcdefgh/p/ab/x.nrmx", b"elsewhere")
        store.put("nrm1/abcdefgh/c2.cp", b"beside the folder")

        listed = [(entry.name, entry.size) for entry in store.list(FOLDER)]

        assert listed == [(f"{FOLDER}{letter}.cp", 3) for letter in "abc"]
        assert list(store.list(FOLDER.removesuffix("/"))) == list(store.list(FOLDER))
        later = [entry.name for entry in store.list(FOLDER, after=f"{FOLDER}b.cp")]
        assert later == [f"{FOLDER}c.cp"]

    def test_what_is_not_there_is_missing_listed_as_nothing_and_deleted_in_peace(self, store):
        assert list(store.list(FOLDER)) == []
        store.delete(NAME)
        with pytest.raises(EnvironmentFault) as missing:
            store.get(NAME)
        assert missing.value.code == "store.missing"

        store.put(NAME, b"one")
        store.delete(NAME)
        assert list(store.list(FOLDER)) == []
        store.put(NAME, b"two")
        assert store.get(NAME) == b"two"

    def test_nothing_and_the_largest_file_are_kept_whole(self, store):
        largest = bytes(range(256)) * (PACK_FILE_BYTES // 256)
        store.put(f"{FOLDER}nothing.cp", b"")
        store.put(f"{FOLDER}largest.cp", largest)

        assert store.get(f"{FOLDER}nothing.cp") == b""
        assert store.get(f"{FOLDER}largest.cp") == largest
        assert store.get(f"{FOLDER}largest.cp", PACK_FILE_BYTES - 3) == b"\xfd\xfe\xff"
        sizes = [entry.size for entry in store.list(FOLDER)]
        assert sizes == [PACK_FILE_BYTES, 0]

    @pytest.mark.threat("T14")
    @pytest.mark.parametrize(
        "name",
        [
            "../x",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "a/.b",
            "a\\b",
            "a/" + "b" * 49,
            "a?b",
            "a%2e",
            "",
        ],
    )
    def test_a_name_is_never_a_path_or_a_part_of_an_address(self, store, name):
        for action in (
            lambda: store.get(name),
            lambda: store.put(name, b""),
            lambda: store.delete(name),
        ):
            with pytest.raises(ProgramFault):
                action()
