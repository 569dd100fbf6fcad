"""Two verifiers of a message's evidence that share no code agree, and neither accepts what was changed."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from tests.unit.exchange.evidence.exchanged import Exchanged
from uruk.exchange.api import gather, read_bundle, verify_bundle, write_bundle
from uruk.kernel.api import CodedError
from uruk.trust.api import MemorySigner, NextIdentity, delegate

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def independent():
    sys.path.insert(0, str(HERE))
    specification = importlib.util.spec_from_file_location("independent_bundle", HERE / "bundle.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    yield module
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def exchanged(tmp_path_factory):
    found = Exchanged(tmp_path_factory.mktemp("exchanged"))
    found.witness()
    yield found
    found.close()


@pytest.fixture(scope="module", params=["south", "north", "bare"])
def bundle(request, exchanged, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "message.uruk"
    code = "south" if request.param == "bare" else request.param
    improved = exchanged.sources(code, exchanged.improve(code), ask=True)
    sources = exchanged.sources(code) if request.param == "bare" else improved
    write_bundle(path, gather(exchanged.request, sources, bodies=request.param != "bare"))
    return path


def ours(exchanged, path):
    """Whether our own verifier finds it proved."""
    try:
        at = exchanged.country.now + timedelta(minutes=5)
        return verify_bundle(read_bundle(path), exchanged.fingerprint, at).exit == 0
    except CodedError:
        return False


def theirs(independent, exchanged, path, fingerprint=None):
    """Whether the independent one does."""
    try:
        return bool(independent.examine(path, fingerprint or exchanged.fingerprint))
    except Exception:
        return False


def test_both_find_the_evidence_proved(independent, exchanged, bundle):
    assert ours(exchanged, bundle)
    assert len(independent.examine(bundle, exchanged.fingerprint)) >= 3


def test_both_refuse_another_countrys_root(independent, exchanged, bundle):
    assert not theirs(independent, exchanged, bundle, "0" * 64)


def test_neither_accepts_a_changed_byte_of_any_part(independent, exchanged, bundle, tmp_path):
    """A byte in several places of each file; of JSON both a letter and a digit are changed."""
    with ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    path = tmp_path / "changed.uruk"
    for name, data in files.items():
        for place in range(7, len(data), max(1, len(data) // 12)):
            changed = bytearray(data)
            changed[place] ^= 1
            with ZipFile(path, "w") as archive:
                for each, content in files.items():
                    archive.writestr(ZipInfo(each), bytes(changed) if each == name else content)
            assert not ours(exchanged, path), (name, place)
            assert not theirs(independent, exchanged, path), (name, place)


def test_neither_accepts_receipts_in_each_others_places(independent, exchanged, bundle, tmp_path):
    with ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in files if name.startswith("receipts/")]
    path = tmp_path / "changed.uruk"
    for one, other in pairwise(names):
        mixed = {**files, one: files[other], other: files[one]}
        with ZipFile(path, "w") as archive:
            for each, content in mixed.items():
                archive.writestr(ZipInfo(each), content)
        assert not ours(exchanged, path) and not theirs(independent, exchanged, path)


def test_it_runs_by_itself(exchanged, bundle):
    command = [sys.executable, str(HERE / "bundle.py"), str(bundle), exchanged.fingerprint]
    good = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert good.returncode == 0 and "answer-sent" in good.stdout
    bad = subprocess.run([*command[:-1], "0" * 64], capture_output=True, text=True, timeout=60, check=False)
    assert bad.returncode == 1 and "another country's directory" in bad.stderr


def test_it_is_written_without_uruk_and_small():
    text = (HERE / "bundle.py").read_text(encoding="utf-8")
    assert "uruk." not in text.replace("message.uruk", "") and "import uruk" not in text
    assert len(text.splitlines()) < 220


def parts_of(exchanged, code, tmp_path):
    """keys.json of a node and the list of members, as `uruk keys export` writes them."""
    country = exchanged.country
    keys, members = tmp_path / "keys.json", tmp_path / "members.json"
    keys.write_text(country.keys(country.nodes[code]).to_json(), encoding="utf-8")
    members.write_bytes(country.nodes[code].directory.held().members.part.raw)
    return keys, members


def verified(keys, members, receipt):
    """What `verify.py` says of a receipt; "" where it verifies."""
    command = [sys.executable, HERE / "verify.py", keys, *members]
    return subprocess.run(command, input=receipt, capture_output=True, check=False).stderr.decode()


def test_cosignatures_are_checked_by_the_verifier_of_receipts_too(exchanged, tmp_path):
    keys, members = parts_of(exchanged, "north", tmp_path)
    receipt = json.loads(exchanged.improve("north")(exchanged.receipts["request-received"]).to_json())

    def said(*members, proof=receipt["proof"]):
        given = json.dumps(receipt | {"proof": proof}, separators=(",", ":"), sort_keys=True)
        return verified(keys, members, given.encode())

    assert receipt["proof"].count("— ") == 3, "its log and two witnesses"
    assert said(members) == ""
    assert "no witness of this log" in said()
    *lines, last = receipt["proof"].removesuffix("\n").split("\n")
    changed = last[:-9] + ("A" if last[-9] != "A" else "B") + last[-8:]
    assert "a signature is wrong" in said(members, proof="\n".join([*lines, changed, ""]))
    *lines, one, other = [*lines, last]
    assert "out of order" in said(members, proof="\n".join([*lines, other, one, ""]))


def test_a_witness_of_the_same_operator_is_none(exchanged, independent, tmp_path):
    _, members = parts_of(exchanged, "north", tmp_path)
    nodes = json.loads(members.read_bytes())["signed"]["nodes"]
    own = nodes["north"]["operator"]
    known = independent.witnesses_of(nodes, own)
    assert len(known) == 2
    same = {code: {**node, "operator": own} for code, node in nodes.items()}
    assert independent.witnesses_of(same, own) == {}


def test_evidence_counts_under_an_identity_key_that_the_present_one_announced(independent, tmp_path, monkeypatch):
    """The authority lists the new key, and the node's own entry is a moment behind."""
    found = Exchanged(tmp_path / "country")
    country, coming = found.country, MemorySigner.generate("ed25519")
    announce(country, coming.public_key, monkeypatch)
    path = tmp_path / "message.uruk"
    write_bundle(path, gather(found.request, found.sources("south"), bodies=True))
    assert ours(found, path) and theirs(independent, found, path)
    found.close()


def announce(country, key, monkeypatch):
    """Interior announces an identity key, which the authority lists."""
    present, institution, member = country.identities["interior"], type(country).institution, type(country)._member

    def announced(self, node, code):
        delegation = delegate(present, code, "identity", key, self.now)
        next_one = NextIdentity(key, self.now, delegation)
        entry = institution(self, node, code)
        return replace(entry, next=next_one) if code == "interior" else entry

    def listed(self, code):
        found = member(self, code)
        changes = {"identity": key, "former": (present.public_key,)}
        return replace(found, **changes) if code == "interior" else found

    monkeypatch.setattr(type(country), "institution", announced)
    country.publish()
    monkeypatch.setattr(type(country), "_member", listed)
    country.give([country.members()])
    country.give([country.timestamp(country.now)])
