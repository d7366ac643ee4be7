"""Two laptops exchange by a server: WebDAV and S3, whole lines, broken ones and slow ones."""

import random
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from tests.e2e.laptops import PLACE, SALUTATION, new_record, two_laptops
from tests.fakes.slow_line import SlowLine
from tests.fakes.store import FakeStore
from tests.servers.children import BUCKET, KINDS, REGION, Servers
from tests.servers.relay import Relay

from nrm_desktop.app.wire.pack_file import range_reader, read_index
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.bootstrap.exchange import SyncWish, office_of, synchronise
from nrm_desktop.bootstrap.stores import StoreAccess
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.sync.run import exchange

CASES = 8


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("webdav"), stack)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def access_to(servers, kind) -> StoreAccess:
    """What a person would type."""
    server, root = servers.running(kind), servers.new_root(kind)
    if kind == "s3":
        return StoreAccess(f"s3://{BUCKET}/{root}", *server.key, server.origin, REGION)
    return StoreAccess(f"webdav://{server.host}/{root}", *server.key)


def sync(laptop, access):
    vault = laptop.vault
    return synchronise(
        vault.session, access.address, vault.bus, wish=SyncWish(access=access)
    ).report


def run(laptop, line, **how):
    office = replace(office_of(laptop.vault.session), clock=line)
    return exchange(line, "a slow line", office, **how).report


def slow(laptop, store, rate=1_000) -> SlowLine:
    return SlowLine(store, rate, laptop.vault.context.clock.now_ms())


def write_much(laptop):
    for _ in range(CASES):
        laptop.save(laptop.open_case(), new_record(), PLACE, "port")


def objects_in(packs: dict[str, bytes]) -> int:
    """How many objects lie in pack files, less what the checkpoint itself brought."""
    rows = [
        row
        for name, data in packs.items()
        if name.endswith(".nrmx")
        for row in read_index(range_reader(data), len(data), None).rows
    ]
    return sum(row.kind != ObjectType.MANIFEST_PART for row in rows)


def test_two_laptops_exchange_by_a_server_as_by_a_stick(pair, servers, kind):
    ana, boris = pair
    access, record = access_to(servers, kind), new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")

    first, second = sync(ana, access), sync(boris, access)

    assert first.is_clean
    assert second.is_clean
    assert boris.values(case, record, PLACE) == ["port"]
    boris.save(case, record, SALUTATION, "Dr")
    ana.save(case, record, PLACE, "airport")
    sync(boris, access)
    sync(ana, access)
    sync(boris, access)
    assert ana.digest == boris.digest
    assert boris.values(case, record, PLACE) == ["airport"]


def test_with_nothing_new_a_run_costs_a_handful_of_requests(pair, servers, kind):
    ana, boris = pair
    access = access_to(servers, kind)
    for laptop in (ana, boris, ana, boris):
        sync(laptop, access)

    quiet = sync(ana, access)

    assert quiet.requests <= 5
    assert quiet.bytes_out == 0


@pytest.mark.fault
@pytest.mark.parametrize("seed", range(2))
def test_after_a_cut_at_any_byte_at_most_one_pack_file_goes_again(pair, servers, kind, seed):
    ana, boris = pair
    write_much(ana)
    rehearsal = FakeStore()
    run(ana, slow(ana, rehearsal))
    whole = sum(len(data) for data in rehearsal.files.values())
    root = servers.new_root(kind)
    cut_after = random.Random(f"{kind} {seed}").randrange(whole // 5, whole)  # noqa: S311 - a place

    with Relay(servers.running(kind).port, cut_after=cut_after) as relay:
        with closing(servers.store(kind, root, relay.port)) as store:
            before = slow(ana, store)
            planned = run(ana, before, is_dry=True).sent.objects
            with pytest.raises(EnvironmentFault) as cut:
                run(ana, before)
            assert cut.value.code == "store.network"
        relay.heal()
        with closing(servers.store(kind, root, relay.port)) as store:
            after = slow(ana, store)
            sent = run(ana, after).sent

            arrived = objects_in(before.put_whole)
            assert sent.objects == planned - arrived
            assert objects_in(after.put_whole) == sent.objects
            run(boris, slow(boris, store))
    assert ana.digest == boris.digest


@pytest.mark.fault
def test_a_slow_line_is_given_small_pack_files_and_a_fast_one_few(pair, servers, kind):
    ana, _ = pair
    write_much(ana)
    sizes = {}
    for rate in (1_000, 1_000_000):
        with closing(servers.store(kind, servers.new_root(kind))) as store:
            line = slow(ana, store, rate)
            run(ana, line)
            sizes[rate] = [len(d) for n, d in line.put_whole.items() if n.endswith(".nrmx")]

    assert max(sizes[1_000]) <= 24_000 < sum(sizes[1_000])
    assert len(sizes[1_000]) > len(sizes[1_000_000])
