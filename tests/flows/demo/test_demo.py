"""The demonstration as its users meet it: a line for each step, files on disk, receipts that others accept."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.demonstration import MINIMAL, ROOT, Demonstration, environment

pytestmark = pytest.mark.xdist_group("demonstration")
INDEPENDENT = ROOT / "tests" / "independent" / "verify.py"


def independent(keys: Path, receipts: list[str]) -> subprocess.CompletedProcess[str]:
    """What the verifier that shares no code with ours says of receipts."""
    return subprocess.run(
        [sys.executable, str(INDEPENDENT), str(keys)],
        check=False,
        input="\n".join(receipts) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_first_line_names_each_nodes_pages(demonstration: Demonstration) -> None:
    first = demonstration.steps[0]
    assert (first["step"], first["outcome"]) == ("listening", "ok")
    assert all(node["pages"].startswith("http://localhost:") for node in first["nodes"].values())


def test_every_line_has_step_outcome_and_milliseconds(demonstration: Demonstration) -> None:
    assert all(step["outcome"] == "ok" and step["ms"] >= 0 and step["step"] for step in demonstration.steps)


def test_every_act_prints_its_receipt(demonstration: Demonstration) -> None:
    acts = {"published", "appointed", "seen", "released", "checked", "revoked"}
    found = {step["step"] for step in demonstration.steps if "receipt" in step}
    assert found == acts
    assert all("receipt" in step for step in demonstration.steps if step["step"] in acts)


def test_each_path_that_was_printed_is_there(demonstration: Demonstration) -> None:
    paths = [Path(step["path"]) for step in demonstration.steps if "path" in step]
    assert len(paths) > 3
    assert all(path.exists() for path in paths)


def test_the_independent_verifier_accepts_every_receipt(demonstration: Demonstration) -> None:
    done = independent(demonstration.keys, demonstration.receipts())
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_independent_verifier_refuses_each_receipt_with_one_bit_changed(demonstration: Demonstration) -> None:
    for number, receipt in enumerate(demonstration.receipts()):
        data = bytearray(receipt.encode())
        data[(number * 7919) % len(data)] ^= 1 << number % 7
        changed = data.decode("latin-1")
        assert independent(demonstration.keys, [changed]).returncode == 1, changed


def test_a_revoked_document_is_refused_offline(demonstration: Demonstration) -> None:
    revoked = demonstration.step("revoked")[0]["document"]
    command = ["uruk", "verify", str(demonstration.data / f"{revoked}.pdf"), "--keys", str(demonstration.keys)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment())
    assert (done.returncode, "trust.document_revoked" in done.stdout) == (1, True)


def test_no_identifier_of_the_demonstration_is_in_a_public_file(demonstration: Demonstration) -> None:
    secrets = {step["number"] for step in demonstration.step("released")}
    people = (ROOT / "countries").rglob("people.yaml")
    secrets |= {word for path in people for word in path.read_text(encoding="utf-8").split('"') if word.isdigit()}
    public = [path for path in (demonstration.data / "node" / "public").rglob("*") if path.is_file()]
    leaks = [(path, word) for path in public for word in secrets if word.encode() in path.read_bytes()]
    assert len(secrets) > 10
    assert leaks == []


def test_another_country_needs_no_other_code(minimal_demonstration: Demonstration) -> None:
    assert [step["document"] for step in minimal_demonstration.step("released")] == ["permit"]
    assert [step["exit"] for step in minimal_demonstration.step("verified")] == [0]
    assert [step["exit"] for step in minimal_demonstration.step("refused")] == [1, 1]


def test_the_minimal_country_shares_nothing_with_the_bundled_one() -> None:
    bundled = {path.name for path in (ROOT / "countries").glob("*/institutions/*")}
    assert bundled & {path.name for path in MINIMAL.glob("institutions/*")} == set()
