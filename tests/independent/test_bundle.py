"""Two verifiers of a message's evidence that share no code agree, and neither accepts what was changed."""

import importlib.util
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from tests.unit.exchange.evidence.exchanged import Exchanged
from uruk.exchange.api import gather, read_bundle, verify_bundle, write_bundle
from uruk.kernel.api import CodedError

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
