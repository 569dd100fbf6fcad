"""Our logs are witnessed: each round, by whoever is there; what that makes of receipts, delays and the policy."""

import shutil
from datetime import timedelta

import pytest

from tests.unit.exchange.witness.country import NOW, Country
from uruk.exchange.api import CosignedStore, Submitter, WitnessPolicy, WitnessStore, witnesses_for
from uruk.exchange.witness.submitting import post
from uruk.kernel.api import CodedError
from uruk.trust.api import COSIGNED, FolderFiles, PublicLog, cosigned_at, verify_receipt
from uruk.trust.log.public_log import UrlFiles


class Network:
    """Carries submissions to the witnesses of a country; some are away."""

    def __init__(self, country: Country) -> None:
        self.country, self.away, self.asked = country, set(), []

    def __call__(self, url: str, body: bytes) -> tuple[int, bytes]:
        code = url.removeprefix("http://").partition("/")[0]
        self.asked.append(code)
        if code in self.away:
            raise OSError("away")
        return self.country.post(url, body)


@pytest.fixture
def network(country):
    return Network(country)


def round_of(country, network, code="interior"):
    node = country.nodes[code]
    submitter = Submitter(node.witness, node.public, f"{code}-node", node.clock, network)
    return submitter.submit(country.directory, [node.origin()])


def test_a_receipt_is_witnessed_by_two_operators_after_one_round(country, network):
    node = country.nodes["interior"]
    receipt = node.write(3)[1]
    node.clock.advance(timedelta(minutes=1))
    assert round_of(country, network) == 1
    found = CosignedStore(node.witness).first(node.origin(), receipt.index)
    better = PublicLog(FolderFiles(node.public), node.origin()).receipt_under(receipt, found)
    witnesses = witnesses_for(country.directory, "iq/GOV/interior")
    verified = verify_receipt(better, node.directory(), witnesses=witnesses)
    assert verified.operators == ("operator of agriculture", "operator of centre")
    assert (verified.grade, verified.proved_at) == ("witnessed", NOW + timedelta(minutes=1))


def test_the_newest_cosigned_checkpoint_lies_beside_the_log(country, network):
    node = country.nodes["interior"]
    node.write(3)
    round_of(country, network)
    shown = PublicLog(FolderFiles(node.public), node.origin()).checkpoint(COSIGNED)
    keys = [witness.key for witness in witnesses_for(country.directory, "iq/GOV/interior")]
    assert [cosigned_at(shown.note, key) for key in keys] == [int(NOW.timestamp())] * 2


def test_nothing_new_asks_nobody(country, network):
    country.nodes["interior"].write(3)
    assert round_of(country, network) == 1
    network.asked.clear()
    assert round_of(country, network) == 0 and network.asked == []


def test_a_witness_that_was_away_is_asked_again_and_joins_the_others(country, network):
    node = country.nodes["interior"]
    node.write(3)
    network.away = {"centre"}
    assert round_of(country, network) == 1
    answers = {answer.witness: answer for answer in CosignedStore(node.witness).answers()}
    assert answers["centre-node"].error == "unreachable" and answers["agriculture-node"].error == ""
    network.away = set()
    assert round_of(country, network) == 1
    found = CosignedStore(node.witness).newest(node.origin())
    assert [name for name, _, _ in found.note.signatures[1:]] == [
        "iq/agriculture-node/witness/1",
        "iq/centre-node/witness/1",
    ]


def test_what_a_witness_remembers_is_taken_up_where_we_forgot_it(country, network):
    node = country.nodes["interior"]
    node.write(3)
    round_of(country, network)
    node.write(2)
    shutil.rmtree(node.witness)
    assert round_of(country, network) == 1
    assert {answer.size for answer in CosignedStore(node.witness).answers()} == {5}


def test_a_log_that_witnesses_know_more_of_is_told_to_be_behind(country, network, tmp_path):
    node = country.nodes["interior"]
    node.write(3)
    shutil.copytree(node.data, tmp_path / "backup")
    node.write(4)
    round_of(country, network)
    shutil.rmtree(node.data)
    shutil.copytree(tmp_path / "backup", node.data)
    assert round_of(country, network) == 0
    assert all(answer.is_behind for answer in CosignedStore(node.witness).answers())


def test_a_refusal_is_told_with_its_status(country, network):
    node = country.nodes["interior"]
    node.write(3)
    country.change("centre", quarantined=frozenset({node.origin()}))
    assert round_of(country, network) == 0
    assert {answer.error for answer in CosignedStore(node.witness).answers()} == {"refused 403"}


def test_a_cosignature_of_another_key_is_no_cosignature(country, network):
    node = country.nodes["interior"]
    node.write(3)
    country.change("centre", witness_key=country.directory.nodes["agriculture-node"].witness_key)
    round_of(country, network)
    answers = {answer.witness: answer.error for answer in CosignedStore(node.witness).answers()}
    assert answers["centre-node"] == "no cosignature"


def test_a_witness_that_answers_nonsense_is_passed_over(country):
    node = country.nodes["interior"]
    node.write(3)
    for answer in ((200, b"\xff\xfe"), (409, b"x"), (409, b"9" * 30), (200, b""), (500, b"")):
        assert round_of(country, lambda url, body, answer=answer: answer) == 0


def test_entries_wait_since_the_round_that_saw_them_first(country, network):
    node = country.nodes["interior"]
    node.write(3)
    network.away = {"centre", "agriculture"}
    round_of(country, network)
    node.clock.advance(timedelta(minutes=9))
    node.write(2)
    round_of(country, network)
    (delay,) = CosignedStore(node.witness).delays()
    now = node.clock.now()
    assert (delay.entries, delay.delay(now), delay.last, delay.assigned) == (5, timedelta(minutes=9), None, 2)
    assert not delay.is_alarming(now) and delay.is_alarming(now + timedelta(minutes=1))
    network.away = {"centre"}
    round_of(country, network)
    assert CosignedStore(node.witness).delays() == (), "one witness is enough"


def test_after_a_day_without_a_witness_the_log_takes_no_more_messages(country, network):
    node = country.nodes["interior"]
    node.write(3)
    network.away = {"centre", "agriculture"}
    round_of(country, network)
    start = NOW.timestamp()
    WitnessPolicy(node.witness, 0).check("interior", start + 86_399)
    with pytest.raises(CodedError) as refused:
        WitnessPolicy(node.witness, 0).check("interior", start + 86_400)
    assert refused.value.code == "exchange.unwitnessed"
    WitnessPolicy(node.witness, 1).check("interior", start + 86_400)
    WitnessPolicy(node.witness, 0).check("health", start + 86_400)
    network.away = set()
    node.clock.advance(timedelta(days=1))
    round_of(country, network)
    WitnessPolicy(node.witness, 0).check("interior", start + 86_400)


def test_the_policy_reads_again_after_ten_seconds_and_after_a_clock_set_back(country, network):
    node = country.nodes["interior"]
    policy = WitnessPolicy(node.witness, 0)
    node.write(3)
    network.away = {"centre", "agriculture"}
    late = NOW.timestamp() + 90_000
    policy.check("interior", late)
    round_of(country, network)
    policy.check("interior", late + 9)
    with pytest.raises(CodedError):
        policy.check("interior", late + 10)
    policy.check("interior", late - 80_000)


def test_without_an_assigned_witness_nothing_is_refused_and_the_delay_says_so(country, network):
    node = country.nodes["interior"]
    country.change("interior", witnesses=())
    node.write(3)
    assert round_of(country, network) == 0
    (delay,) = CosignedStore(node.witness).delays()
    assert delay.assigned == 0 and not delay.is_refused(NOW + timedelta(days=9))


def test_only_the_newest_generation_waits(country, network):
    node = country.nodes["interior"]
    store = CosignedStore(node.witness)
    store.looked(node.origin(1), 3, 2, NOW)
    store.looked(node.origin(2), 5, 2, NOW)
    assert [delay.origin for delay in store.delays()] == [node.origin(2)]


def test_where_nothing_was_ever_submitted_nothing_is_known(country):
    store = CosignedStore(country.nodes["interior"].witness)
    assert (store.delays(), store.answers(), store.newest("iq/x/y/0/1")) == ((), (), None)
    assert WitnessStore(country.nodes["interior"].witness).newest("iq/x/y/0/1") is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/"])
def test_nothing_but_http_is_asked(url):
    with pytest.raises(OSError):
        post(url, b"")
    with pytest.raises(OSError):
        from pathlib import Path

        UrlFiles(url).read(Path("checkpoint"))
