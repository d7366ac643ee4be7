"""A reader pays for what it can open, and for the beginning of a file; not for the rest."""

import itertools

from tests.e2e.laptops import PLACE, new_record, three_laptops
from tests.e2e.test_attachments_travel import add, run
from tests.unit.sync.test_lines import SlowStore

from nrm_desktop.app.wire.limits import CHUNK_BYTES, KIB
from nrm_desktop.app.wire.pack_file import range_reader, read_index
from nrm_desktop.domain.scopes import Compartment


class CountingStore(SlowStore):
    """Remembers which ranges were read of pack files."""

    def __init__(self) -> None:
        super().__init__(1e12)
        self.read: list[tuple[str, int, int]] = []

    def get(self, name, start=0, end=None) -> bytes:
        data = super().get(name, start, end)
        if name.endswith(".nrmx"):
            self.read.append((name, start, start + len(data)))
        return data


def test_reader_fetches_only_its_ranges(tmp_path):
    ana, boris, cleo = three_laptops(tmp_path)
    with ana, boris, cleo:
        store, record = CountingStore(), new_record()
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        add(ana, case, tmp_path, 6 * CHUNK_BYTES, Compartment.LEGAL)
        attachment, data = add(ana, case, tmp_path, 2 * CHUNK_BYTES, Compartment.CORE)
        run(ana, store)
        store.read = []

        came = run(cleo, store)

        assert came.received.chunks == 2
        assert cleo.vault.attachments.desk.read(case, attachment) == data
        chunks = max(store.files, key=lambda name: len(store.files[name]))
        whole = store.files[chunks]
        rows = read_index(range_reader(whole), len(whole), None).rows
        until = rows[1].offset + rows[1].length
        of_chunks = [(start, end) for name, start, end in store.read if name == chunks]
        assert of_chunks == [(0, 64 * KIB), (64 * KIB, until)]
        others = sorted(one for one in store.read if one[0] != chunks)
        assert all(
            before[2] <= after[1]
            for before, after in itertools.pairwise(others)
            if before[0] == after[0]
        )
        assert sum(end - start for _, start, end in others) < 100 * KIB
        for laptop in (ana, boris, cleo):
            laptop.vault.attachments.close()
