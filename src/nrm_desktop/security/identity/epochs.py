"""Epochs: the generations of a scope's key, and what a member gets of them.

This module decides how a new epoch is made and which key opens a compartment, whether the whole
epoch or single compartments were given to us. Derivation itself is in `sealing.derivation`.

Source: sync.md section 7.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nrm_desktop.app.ports import EpochKey
from nrm_desktop.app.system_ports import Randomness
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.sealing.derivation import compartment_key, epoch_id
from nrm_desktop.security.suite import KEY_BYTES


def new_epoch(scope: ScopeId, number: int, random: Randomness) -> EpochKey:
    """Make the key of a new epoch."""
    key = random(KEY_BYTES)
    return EpochKey(scope, number, epoch_id(key), key)


def newest_epoch(epochs: Iterable[EpochKey]) -> EpochKey | None:
    """The epoch that writers use: highest number, then highest id, so all choose the same."""
    return max(epochs, key=lambda epoch: (epoch.number, epoch.epoch), default=None)


def key_for(epoch: EpochKey, compartment: int) -> bytes | None:
    """The key of a compartment in an epoch; None where it was not granted to us."""
    if epoch.key is not None:
        return compartment_key(epoch.key, epoch.scope, compartment)
    return dict(epoch.compartments).get(compartment)


def share_of(epoch: EpochKey, compartments: Iterable[int], whole: Sequence[int]) -> EpochKey:
    """What a member of these compartments is given of an epoch.

    Shape: the epoch key only to a member of the `whole` list; nobody climbs from a compartment
    key to it.
    """
    granted = frozenset(compartments)
    if granted.issuperset(whole):
        return epoch
    keys = ((number, key_for(epoch, number)) for number in sorted(granted))
    held = tuple((number, key) for number, key in keys if key is not None)
    return replace(epoch, key=None, compartments=held)
