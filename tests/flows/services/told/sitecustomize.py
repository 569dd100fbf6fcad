"""Lets a node's holders say of facts what a file says, and other institutions of reservations and reviews: each example
of a service brings its own.

Python imports this by itself where its folder stands in PYTHONPATH. The file is JSON, named by TOLD_FACTS: of each
fact by name a value, null where its holder has none; what is not there is not answered. Under `#outcomes` stands of
each state what comes there, time after time; under `#represented`
for whom whoever applies acts, kind and number. TOLD_BEHIND names a file that says how far the clock of
all processes stands behind the machine's.
"""

import importlib.machinery
import json
import os
import sys
from pathlib import Path

ROOM = "uruk.services.running."
OUTCOMES, REPRESENTED = "#outcomes", "#represented"


def _told():
    return json.loads(Path(os.environ["TOLD_FACTS"]).read_text(encoding="utf-8"))


def _coming(case):
    """What the example says of the state where a case is, this time."""
    state = case.standing.entry.state
    times = sum(one.state == state for one in case.standing.entries)
    said = _told().get(OUTCOMES, {}).get(state, [])
    return said[times - 1] if len(said) >= times else None


def _asking(module):
    def fetch_fact(pinned, ground, name, request, subject):
        known = _told()
        if name not in known:
            raise module.UnansweredError("services.holder_away")
        return module.Told(known[name], "registry", "")

    module.fetch_fact = fetch_fact


def _effecting(module):
    real = dict(module._KINDS)

    def reserve(place):
        if OUTCOMES not in _told():
            return real["reserve"](place)
        said = _coming(place.case)
        if said is None:
            raise module.UnansweredError("services.holder_away")
        return module.Came(module.SHORT if said == "short" else module.DONE)

    def release(place):
        return module.Came(module.DONE) if OUTCOMES in _told() else real["release"](place)

    module._KINDS = {**real, "reserve": reserve, "release": release}


def _consulting(module):
    real = module.consult

    def consult(case, institution, values, tries):
        if OUTCOMES not in _told():
            return real(case, institution, values, tries)
        said = _coming(case)
        if said is None:
            raise module.UnansweredError("services.holder_away")
        return module.Reviewed(institution, said == "agreed", "")

    module.consult = consult


def _clock(module):
    module.stand_behind(Path(os.environ["TOLD_BEHIND"]))


def _mandating(module):
    real = module._told

    def told(institution, service, register, number):
        said = _told().get(REPRESENTED)
        if said is None:
            return real(institution, service, register, number)
        return [module.Told(said["number"], {}, None, "told")] if said.get("kind") == register.source.kind else []

    module._told = told


_PATCHES = {f"{ROOM}asking": _asking, f"{ROOM}effecting": _effecting, f"{ROOM}consulting": _consulting}
_PATCHES["uruk.services.applying.mandating"] = _mandating
if "TOLD_BEHIND" in os.environ:
    _PATCHES["uruk.kernel.clock"] = _clock


class _Finder:
    def find_spec(self, name, path=None, target=None):
        if name not in _PATCHES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module):
        super().exec_module(module)
        _PATCHES[self.name](module)


if "TOLD_FACTS" in os.environ:
    sys.meta_path.insert(0, _Finder())
