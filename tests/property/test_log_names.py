"""What is remembered of log names never changes an answer: the same as trying every key anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.sync_ports import KeyPlace
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.domain.scopes import LogKey
from nrm_desktop.security.sealing.derivation import log_blind, log_blinds
from nrm_desktop.security.sealing.log_names import LogNames

DEVICES = [DeviceId(bytes([number]) * 16) for number in range(1, 5)]
PLACES = [KeyPlace(ScopeId(bytes([scope]) * 16), place) for scope in (101, 102) for place in (1, 2)]
KEYS = [(bytes([number]) * 32, place) for number, place in enumerate(PLACES * 2, start=1)]
"""Two epochs of each place."""
EXCHANGE = (bytes(32), KeyPlace(None, 1))
BLINDS = [log_blind(key, device) for key, _ in KEYS for device in DEVICES]
FOREIGN = [bytes([200 + number]) * 16 for number in range(3)]

looks = st.lists(
    st.tuples(
        st.sets(st.sampled_from([*BLINDS, *FOREIGN])),
        st.sets(st.sampled_from(KEYS)),
        st.sets(st.sampled_from(DEVICES)),
    ),
    max_size=8,
)


def naive(blinds, held, devices):
    everything = {
        log_blind(key, device): LogKey(place.scope, place.number, device)
        for key, place in held
        for device in devices
    }
    return {blind: everything[blind] for blind in blinds if blind in everything}


@given(looks)
def test_names_are_told_as_if_every_key_were_tried_with_every_device(some):
    names = LogNames()
    for blinds, held, devices in some:
        ring = [EXCHANGE, *sorted(held, key=lambda one: one[0])]
        places = {place for _, place in held}

        found = names.read(blinds, ring, devices)

        sure = naive(blinds, held, devices)
        assert sure.items() <= found.items()
        # A name that was learnt under an older key is not forgotten while the place is ours.
        for blind in found.keys() - sure.keys():
            assert found[blind] == naive({blind}, KEYS, DEVICES)[blind]
        for log in found.values():
            assert log.device in devices
            assert KeyPlace(log.scope, log.compartment) in places


def test_nothing_is_named_of_a_place_whose_keys_are_gone():
    """After a case was erased here nobody asks for its commits again."""
    names, (key, _) = LogNames(), KEYS[0]
    blind = log_blind(key, DEVICES[0])
    assert names.read({blind}, [KEYS[0]], DEVICES)

    assert names.read({blind}, [KEYS[1]], DEVICES) == {}
    assert names.read({blind}, [KEYS[0]], DEVICES[1:]) == {}


def test_blinds_of_many_devices_are_those_of_each():
    key = KEYS[0][0]
    assert list(log_blinds(key, DEVICES)) == [log_blind(key, one) for one in DEVICES]
