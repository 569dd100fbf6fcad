"""The demonstration as its users meet it: a line for each step, files on disk, receipts that others accept."""

import hashlib
import json
import re
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.demonstration import LAST, LIMIT_S, MINIMAL, ROOT, Demonstration, environment, typed
from tests.unit.trust.log.scan import leaks
from uruk.trust.api import Receipt, cbor

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
    assert set(first["nodes"]) == {"interior", "agriculture", "authority"}
    assert all(node["pages"].startswith("http://localhost:") for node in first["nodes"].values())
    assert all(node["gateway"].startswith("http://127.0.0.1:") for node in first["nodes"].values())


def test_every_line_has_step_outcome_and_milliseconds(demonstration: Demonstration) -> None:
    assert all(step["outcome"] == "ok" and step["ms"] >= 0 and step["step"] for step in demonstration.steps)


def test_every_act_prints_its_receipt(demonstration: Demonstration) -> None:
    acts = {
        "published",
        "appointed",
        "seen",
        "released",
        "checked",
        "revoked",
        "approved",
        "connected",
        "message",
        "recorded",
        "applied",
        "fact",
        "moved",
        "effect",
        "reading",
        "round-closed",
        "round-decided",
    }
    found = {step["step"] for step in demonstration.steps if "receipt" in step}
    assert found == acts
    assert all("receipt" in step for step in demonstration.steps if step["step"] in acts)


def test_every_receipt_is_printed_as_it_is_kept(demonstration: Demonstration) -> None:
    """One form for all: the text whose bytes the reader of receipts takes."""
    assert all(Receipt.parse(receipt).to_json() == receipt for receipt in demonstration.receipts())


def test_the_journey_seals_and_verifies_a_letter_that_came_from_elsewhere(demonstration: Demonstration) -> None:
    originals = list(demonstration.data.glob("*.original.pdf"))
    assert originals
    for original in originals:
        sealed = original.with_name(original.name.replace(".original", ""))
        assert sealed.read_bytes().startswith(original.read_bytes())
        assert len(sealed.read_bytes()) > len(original.read_bytes())
        verified = [step for step in demonstration.step("verified") if step["path"] == str(sealed)]
        assert [step["exit"] for step in verified] == [0]


def test_everything_is_written_under_the_data_folder(demonstration: Demonstration) -> None:
    """The command had a home, a temporary and a working folder of its own, and left nothing in them."""
    assert list((demonstration.data.parent / "elsewhere").rglob("*")) == []
    assert all((demonstration.data / node / "db.sqlite3").is_file() for node in demonstration.nodes)


def test_without_once_the_pages_stay_up_until_it_is_ended(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its data lies in a temporary folder, which goes with it."""
    temporary = tmp_path_factory.mktemp("up")  # the path of a socket in it has 107 characters at most
    with staying_up(temporary) as process:
        steps = []
        for line in process.stdout:
            steps.append(json.loads(line))
            if steps[-1]["step"] == LAST:
                break
        with urlopen(next(iter(steps[0]["nodes"].values()))["pages"], timeout=30) as answer:
            assert answer.status == 200
        (folder,) = temporary.iterdir()
        assert folder.name.startswith("uruk-demo-")
        assert (folder / "node" / "db.sqlite3").is_file()
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    assert list(temporary.iterdir()) == []


@contextmanager
def staying_up(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """The demonstration of the small country, without --once, with this folder for what is temporary."""
    settings = environment(URUK_COUNTRY=str(MINIMAL), TMPDIR=str(folder))
    command = [sys.executable, "-m", "uruk.cli.main", "demo", "--json"]
    process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_each_path_that_was_printed_is_there(demonstration: Demonstration) -> None:
    paths = [Path(step["path"]) for step in demonstration.steps if "path" in step]
    assert len(paths) > 3
    assert all(path.exists() for path in paths)


def test_the_independent_verifier_accepts_every_receipt(demonstration: Demonstration) -> None:
    for node in demonstration.nodes:
        done = independent(demonstration.public(node) / "keys.json", demonstration.receipts(node))
        assert done.returncode == 0, f"{node}: {done.stdout}{done.stderr}"


def test_the_independent_verifier_refuses_each_receipt_with_one_bit_changed(
    demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(INDEPENDENT.parent)  # as Python has it where the program is typed
    verify = runpy.run_path(str(INDEPENDENT))["verify"]
    for number, receipt in enumerate(demonstration.receipts()):
        data = bytearray(receipt.encode())
        data[(number * 7919) % len(data)] ^= 1 << number % 7
        path = demonstration.public(Receipt.parse(receipt).origin.split("/")[2]) / "keys.json"
        keys = json.loads(path.read_bytes())
        verify(receipt.encode(), keys)
        with pytest.raises(Exception):  # noqa: B017 — any refusal is one
            verify(bytes(data), keys)
    assert independent(path, [data.decode("latin-1")]).returncode == 1


def test_a_revoked_document_is_refused_offline(demonstration: Demonstration) -> None:
    revoked = demonstration.step("revoked")[0]["document"]
    command = ["uruk", "verify", str(demonstration.data / f"{revoked}.pdf"), "--keys", str(demonstration.keys)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment())
    assert (done.returncode, "trust.document_revoked" in done.stdout) == (1, True)


def test_no_identifier_of_the_demonstration_is_in_a_public_file(demonstration: Demonstration) -> None:
    secrets = {step["number"] for step in demonstration.step("released")}
    people = (ROOT / "countries").rglob("people.yaml")
    secrets |= {word for path in people for word in path.read_text(encoding="utf-8").split('"') if word.isdigit()}
    folders = [demonstration.public(node) for node in demonstration.nodes]
    public = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    leaks = [(path, word) for path in public for word in secrets if word.encode() in path.read_bytes()]
    assert len(secrets) > 10
    assert leaks == []


def test_no_file_of_the_log_holds_an_identifier_or_digest_of_the_demonstration(demonstration: Demonstration) -> None:
    """Raw, in hexadecimal, in base64, hashed without a salt; names of files count too."""
    known = [*facts_of(demonstration), *digests_of(demonstration)]
    assert len(known) > 100
    for node in demonstration.nodes:
        assert leaks(demonstration.public(node) / "log", known) == []


def facts_of(demonstration: Demonstration) -> Iterator[bytes]:
    """What the statements hold: acts, documents, digests, their salts; the numbers and names of the people."""
    for receipt in map(Receipt.parse, demonstration.receipts()):
        yield receipt.statement
        yield receipt.salt
        yield from (value for value in values_of(cbor.decode(receipt.statement)) if len(value) >= 12)
    for path in (ROOT / "countries").rglob("people.yaml"):
        for word in re.findall(r"\d{12}|[\u0600-\u06ff]+(?: [\u0600-\u06ff]+)+", path.read_text(encoding="utf-8")):
            yield word.encode()


def values_of(value: object) -> Iterator[bytes]:
    """The byte strings inside a value of CBOR: ids, digests, keys, proposals."""
    for item in (*value.values(),) if isinstance(value, dict) else value if isinstance(value, list) else (value,):
        if isinstance(item, dict | list):
            yield from values_of(item)
        elif isinstance(item, bytes):
            yield item


def digests_of(demonstration: Demonstration) -> Iterator[bytes]:
    """The digests of the files that were made, and the numbers on them."""
    for path in demonstration.data.glob("*.pdf"):
        yield hashlib.sha256(path.read_bytes()).digest()
    for step in demonstration.step("released"):
        yield from (step["number"].encode(), step["check_code"].encode())


def test_the_officers_whom_the_page_of_the_demonstration_names_have_no_passkey_that_somebody_else_holds(
    demonstration: Demonstration,
) -> None:
    page = (ROOT / "docs" / "demonstration.md").read_text(encoding="utf-8").partition("## Try it yourself")[2]
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`(\w+)`", " ".join(rows)))
    known = {word for step in demonstration.step("people") for word in step["sign_in"].values()}
    taken = {step["officer"] for step in demonstration.step("passkey")}
    assert len(named) > 6 and named <= known
    assert named & taken == set()


@pytest.mark.database
def test_another_country_needs_no_other_code(minimal_demonstration: Demonstration) -> None:
    papers = ["permit", "stall-of-kubaba", "stall-of-kubaba-2"]
    assert [step["document"] for step in minimal_demonstration.step("released")] == papers
    assert [step["exit"] for step in minimal_demonstration.step("verified")] == [0, 0, 0]
    assert [(step["case"], step["state"]) for step in minimal_demonstration.step("decided")] == [
        ("lesson-of-kubaba", "granted"),
        ("stall-of-kubaba", "granted"),
    ]
    assert [step["exit"] for step in minimal_demonstration.step("refused")] == [1, 1]


def test_the_minimal_country_shares_nothing_with_the_bundled_one() -> None:
    bundled = {path.name for path in (ROOT / "countries").glob("*/institutions/*")}
    assert bundled & {path.name for path in MINIMAL.glob("institutions/*")} == set()


def test_one_institution_asks_another_over_the_exchange_and_gets_only_what_was_agreed(
    demonstration: Demonstration,
) -> None:
    _, asked = demonstration.step("asked")
    assert asked["asked"] == "agriculture/season-plan → interior/persons/by-number"
    agreed = {"number", "name", "deceased", "governorate"}
    assert (set(asked["answer"]), asked["not_agreed"]) == (agreed, ["born", "sex"])


def test_a_message_within_one_node_takes_the_same_way(demonstration: Demonstration) -> None:
    """There is no shortcut into the data of an institution that lives on the same node."""
    asked, _ = demonstration.step("asked")
    assert asked["asked"] == "water-resources/shares → agriculture/season-plan/planned-areas"
    assert asked["request"]
    assert {row["governorate"] for row in asked["answer"]} == {"babil", "kirkuk"}


def test_a_message_is_proved_to_somebody_who_has_only_the_file_and_the_root(demonstration: Demonstration) -> None:
    (evidence,) = demonstration.step("evidence")
    (founded,) = demonstration.step("authority")
    command = ["uruk", "verify", evidence["path"], "--root", founded["fingerprint"], "--language", "en"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr


def test_with_a_node_stopped_the_caller_is_told_whom_it_waits_for(demonstration: Demonstration) -> None:
    (away,) = demonstration.step("provider-away")
    assert "Ministry of Interior" in away["sentence"]
    assert away["error"] == "Server.ClientProxy.NetworkError"


def test_what_was_left_for_later_is_answered_when_the_node_is_back(demonstration: Demonstration) -> None:
    assert demonstration.step("accepted")
    (later,) = demonstration.step("answered-later")
    assert later["answer"] == demonstration.step("asked")[-1]["answer"]


def test_two_persons_of_the_authority_approved_each_node_and_two_of_each_party_each_agreement(
    demonstration: Demonstration,
) -> None:
    kinds = [step["kind"] for step in demonstration.step("approved")]
    agreements = [*(ROOT / "countries").glob("*/institutions/*/agreements/*.yaml")]
    assert (kinds.count("membership"), kinds.count("agreement")) == (3, 2 * len(agreements))
    assert all(len(set(step["officers"])) == 2 for step in demonstration.step("approved"))


def test_every_registry_that_records_lie_ready_for_begins_with_them(demonstration: Demonstration) -> None:
    """Counted in the country's folder, and recorded by acts with receipts on the node that keeps the registry."""
    begun = {step["registry"]: step["records"] for step in demonstration.step("recorded")}
    files = [*(ROOT / "countries").glob("*/institutions/*/records/*"), *(ROOT / "countries").glob("*/demo/records/*/*")]
    ready = {f"{owner_of(path)}/{path.stem}": len(path.read_bytes().splitlines()) for path in files}
    assert begun == ready
    assert len(ready) > 8
    assert all(step["receipt"] for step in demonstration.step("recorded"))


def owner_of(path: Path) -> str:
    """The institution whose records lie in a file: `<institution>/records/…`, or `demo/records/<institution>/…`."""
    return path.parents[1].name if path.parent.name == "records" else path.parent.name


@pytest.mark.database
def test_people_who_never_lived_fill_the_register_that_a_countrys_names_are_for(
    minimal_demonstration: Demonstration,
) -> None:
    begun = [(step["registry"], step["records"]) for step in minimal_demonstration.step("recorded")]
    # What is linked to comes before what links.
    assert begun == [("town/market-days", 2), ("town/traders", 2), ("town/stalls", 2), ("town/residents", 300)]
    (population,) = minimal_demonstration.step("population")
    assert (population["people"], population["seed"]) == (300, 7)


def test_it_goes_on_in_its_folder_as_the_country_it_was(demonstration: Demonstration) -> None:
    """Nothing is played again; each node is where the others know it, and they still ask each other."""
    process = typed(demonstration.data)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert first["nodes"] == demonstration.steps[0]["nodes"]
    assert members_seen_from(first["nodes"]["interior"]["gateway"]) >= {"interior", "agriculture", "trade"}
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, printed) == (0, "")


def members_seen_from(gateway: str) -> set[str]:
    """The codes of the members that a gateway lists for the systems of its institutions."""
    question = Request(f"{gateway}listClients", headers={"Accept": "application/json"})
    with urlopen(question, timeout=30) as answer:
        return {one["id"]["member_code"] for one in json.load(answer)["member"]}
