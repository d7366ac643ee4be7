"""Keys and acts of a fake vault: the TrustStore port over the state of `tests.fakes.uow`."""

from __future__ import annotations

from dataclasses import replace


class FakeTrustStore:
    def __init__(self, state) -> None:
        self._state = state

    def acts(self, scope=None):
        kept = self._state.acts.values()
        return tuple(signed for place, signed in kept if scope in (None, place))

    def add_act(self, act_id, scope, signed):
        is_new = act_id not in self._state.acts
        self._state.acts.setdefault(act_id, (scope, signed))
        return is_new

    def roots(self):
        return tuple(signed for _, signed in sorted(self._state.roots.items()))

    def add_root(self, version, signed):
        self._state.roots[version] = signed

    def epochs(self, scope=None):
        found = (e for e in self._state.epochs.values() if scope is None or e.scope == scope)
        return tuple(sorted(found, key=lambda epoch: epoch.number))

    def add_epoch(self, epoch):
        known = self._state.epochs.get((epoch.scope, epoch.epoch), replace(epoch, key=None))
        if (epoch.scope, epoch.epoch) not in self._state.epochs:
            known = replace(known, compartments=())
            before = None
        else:
            before = known
        keys = dict(epoch.compartments) | dict(known.compartments)
        joined = replace(
            known, key=known.key or epoch.key, compartments=tuple(sorted(keys.items()))
        )
        self._state.epochs[epoch.scope, epoch.epoch] = joined
        return joined != before

    def secret(self, name):
        return self._state.secrets.get(name)

    def set_secret(self, name, value):
        self._state.secrets[name] = value

    def secrets(self, prefix):
        found = sorted(self._state.secrets.items())
        return tuple((name, value) for name, value in found if name.startswith(prefix))
