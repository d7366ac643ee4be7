"""What no grant covered is looked at again when acts arrive: the grant may have come later."""

from tests.e2e.laptops import copy_of, made_once

from nrm_desktop.app.sync_ports import ObjectRow, ObjectState
from nrm_desktop.app.wire.pack_file import IndexRow
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.sync.metered import MeteredStore
from nrm_desktop.sync.shelf import StoreShelf
from nrm_desktop.sync.tally import Tally, Visit
from nrm_desktop.sync.tree import StoreTree

MARK = b"m" * 16


def refused(number: int, code: str) -> ObjectRow:
    entry = IndexRow(bytes([number]) * 20, 1, 3, 80, bytes(14), 0, 10)
    return ObjectRow(b"p" * 20, entry, ObjectState.REFUSED, code)


def test_an_object_without_a_grant_gets_another_look_and_a_damaged_one_does_not(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as ana:
        session = ana.vault.session
        work = VaultExchange(session)
        store = MeteredStore(None, session.context.clock.monotonic_s)
        shelf = StoreShelf(Visit(store, StoreTree(session.organisation), MARK, work, Tally()))
        rows = [refused(1, "integrity.grant"), refused(2, "integrity.hash")]
        work.run(lambda unit: unit.state.at(MARK).set_objects(rows))
        assert work.run(shelf.rows) == []

        work.run(lambda unit: shelf.try_again(unit, "integrity.grant"))

        assert [row.name for row in work.run(shelf.rows)] == [bytes([1]) * 20]
