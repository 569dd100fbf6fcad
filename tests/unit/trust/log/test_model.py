"""A writer of several institutions against a model of what it was told: each acknowledged entry opens, always.

After every step, from the writer and from a reader beside it: under the origin and index that its receipt named, with
salt and statement; public checkpoints and tiles are those of a naive tree; no two logs share a number or an origin.
URUK_MODEL_EXAMPLES says how many lives are tried (8; `make soak` runs 200).
"""

import errno
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.unit.trust.log import naive
from tests.unit.trust.log.faults import Tapped
from tests.unit.trust.log.support import Node, act, key_of, proves, statement

from uruk.kernel.api import CodedError
from uruk.trust.log.check import check_log
from uruk.trust.log.known import FolderKnown
from uruk.trust.log.requests import make_request

EXAMPLES = int(os.environ.get("URUK_MODEL_EXAMPLES", "8"))
CODES = ("interior", "health", "justice")
IN_DOUBT = {"trust.log_stopped", "trust.log_fenced"}
WHO = st.lists(st.sampled_from(CODES), min_size=1, max_size=6)
FAULTS = {
    "full for interior": ("replace", "/interior/", errno.ENOSPC),
    "full for health": ("replace", "/health/", errno.ENOSPC),
    "full for the journal": ("reserve", ".journal", errno.ENOSPC),
    "journal not synced": ("sync", ".journal", errno.EIO),
    "files not synced": ("sync files", "", errno.EIO),
}


class Untellable(FolderKnown):
    """Where others know our checkpoints; for a while it may take none."""

    deaf = False

    def remember(self, checkpoints):
        if checkpoints and self.deaf:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().remember(checkpoints)


class Life(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.fault = ""
        self.node = Node(self.base, fs=Tapped(self.hook))
        self.next = 0
        self.told = {}  # number → (institution, origin, index, salt)
        self.trees = {}  # origin → entries, as acknowledged
        self.doubtful = {}  # number → institution: refused without saying whether it is in the log
        self.forgotten = set()
        self.lost = set()  # told, and named as lost when an old copy was restored
        self.copy = None
        self.reopen()

    def hook(self, operation, path, whole, half):
        wanted, where, error = FAULTS.get(self.fault, ("", "", 0))
        if operation == wanted and where in str(path):
            half()
            raise OSError(error, os.strerror(error))
        return whole()

    def teardown(self):
        self.closes_and_opens()
        self.writer.close()
        shutil.rmtree(self.base)

    # What is done

    @rule(who=WHO, begun=st.booleans())
    def appends(self, who, begun):
        requests = [self.request(code) for code in who]
        found = self.writer.begin(requests) if begun else None
        if found is None:
            self.writer.commit(requests)
        else:
            found.write()
            found.end()
        self.take(requests)

    @rule(groups=st.lists(WHO, min_size=2, max_size=4))
    def appends_from_threads(self, groups):
        requests = [[self.request(code) for code in who] for who in groups]
        with ThreadPoolExecutor(len(groups) + 1) as pool:
            settled = pool.submit(self.writer.settle_again)
            list(pool.map(self.writer.commit, requests))
            settled.result()
        self.take([request for group in requests for request in group])

    @precondition(lambda self: self.told)
    @rule(data=st.data(), code=st.sampled_from(CODES), other=st.booleans())
    def appends_again(self, data, code, other):
        number = data.draw(st.sampled_from(sorted(self.told.keys() - self.lost) or [-1]))
        if number < 0:
            return
        whose = self.told[number][0]
        request = make_request(code, act(number), b"another" if other else statement(number), None)
        self.writer.commit([request])
        if self.writer.stopped:
            return
        if number in self.forgotten:
            assert request.error.code == "trust.act_forgotten"
        elif other or code != whose:
            assert request.error.code in ("trust.act_conflict", "trust.disk_full")
        elif request.error is None:
            receipt = request.receipt
            assert (receipt.origin, receipt.index, receipt.salt) == self.told[number][1:]

    @rule()
    def settles(self):
        before = self.fault
        with suppress(OSError, CodedError):
            self.writer.settle()
        if not before and not self.writer.stopped:
            self.check_reader(everything=True)

    @rule(code=st.sampled_from(CODES), ahead=st.integers(0, 2))
    def renews(self, code, ahead):
        last = self.writer._logs.last_generation(code)
        with suppress(CodedError):
            self.writer.renew(code, last + ahead if ahead else 0)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def forgets(self, data):
        number = data.draw(st.sampled_from(sorted(self.told.keys() - self.lost) or [-1]))
        with suppress(CodedError):
            if number >= 0:
                self.writer.forget(act(number))
                self.forgotten.add(number)

    @rule(fault=st.sampled_from([*FAULTS, "", ""]))
    def changes_the_disk(self, fault):
        self.fault = fault

    @rule(deaf=st.booleans())
    def changes_who_is_told(self, deaf):
        self.latest.deaf = deaf

    @rule()
    def is_killed(self):
        self.writer._opened.close()
        self.reopen()

    @rule()
    def closes_and_opens(self):
        self.fault = ""
        whole = not self.writer.stopped
        self.writer.close()
        self.reopen()
        if whole:
            self.writer.close()
            self.check_whole()
            self.reopen()

    @precondition(lambda self: not self.writer.stopped)
    @rule()
    def is_copied(self):
        shutil.rmtree(self.base / "copy", ignore_errors=True)
        shutil.copytree(self.node.folder, self.base / "copy")
        self.copy = dict(self.told), set(self.forgotten)

    @precondition(lambda self: self.copy)
    @rule()
    def is_restored(self):
        self.closes_and_opens()
        self.latest.deaf = False
        self.writer.settle()
        self.writer._opened.close()
        shutil.rmtree(self.node.folder)
        shutil.copytree(self.base / "copy", self.node.folder)
        held, self.forgotten = self.copy
        self.forgotten = set(self.forgotten)
        self.lost |= self.told.keys() - held.keys()
        self.open()
        said = {log.origin: log.broken for log in self.writer.logs()}
        for number in self.told.keys() - held.keys():
            _, origin, index, _ = self.told[number]
            assert origin not in said or said[origin].size <= index < said[origin].known_size
        self.settle_doubts()

    # The model

    def request(self, code):
        self.next += 1
        return make_request(code, act(self.next), statement(self.next), None)

    def take(self, requests):
        for request in requests:
            number = int.from_bytes(request.act[:6], "big")
            if request.error is None:
                self.acknowledge(number, request.institution, request.receipt)
            elif request.error.code in IN_DOUBT:
                self.doubtful[number] = request.institution
            else:
                assert request.error.code == "trust.disk_full"
        if self.writer.stopped:
            self.is_killed()

    def acknowledge(self, number, code, receipt):
        assert proves(receipt, number)
        assert receipt.origin.split("/")[1] == code
        tree = self.trees.setdefault(receipt.origin, {})
        assert tree.setdefault(receipt.index, receipt.entry) == receipt.entry, "two entries of one place"
        self.told[number] = code, receipt.origin, receipt.index, receipt.salt

    def reopen(self):
        self.fault = ""
        self.open()
        self.settle_doubts()

    def open(self):
        self.fault = ""
        self.latest = Untellable(self.base / "known")
        self.writer = self.node.open(self.latest, segment_bytes=900)

    def settle_doubts(self):
        for number, code in self.doubtful.items():
            with suppress(CodedError):
                self.acknowledge(number, code, self.writer.receipt(act(number)))
        self.doubtful = {}

    @invariant()
    def everything_told_opens(self):
        if self.writer.stopped:
            self.is_killed()
        for number in self.told.keys() - self.lost:
            self.check(number, self.writer)
        self.check_reader(everything=False)

    def check(self, number, source):
        code, origin, index, salt = self.told[number]
        if number in self.forgotten:
            with pytest.raises(CodedError, match=r"trust\.act_forgotten"):
                source.receipt(act(number))
            return
        receipt = source.receipt(act(number))
        assert proves(receipt, number)
        assert (receipt.origin, receipt.index, receipt.salt) == (origin, index, salt)
        assert origin.split("/")[1] == code

    def check_reader(self, everything):
        reader = self.node.read()
        try:
            for number in self.told.keys() - self.lost:
                try:
                    self.check(number, reader)
                except CodedError as error:
                    assert not everything
                    assert error.code == "trust.act_unknown"
            for origin, tree in self.trees.items():
                self.check_public(reader, origin, tree)
        finally:
            reader.close()

    def check_whole(self):
        """The check of a stopped node finds nothing but public files of which an old copy knows less, or nothing."""
        reader = self.node.read()
        whole = {log.origin for log in reader.logs() if log.broken is None}
        reader.close()
        ahead = tuple(str(self.node.public / origin) for origin in self.trees.keys() - whole)
        assert [one for one in check_log(self.node.folder, self.node.public) if not one.path.startswith(ahead)] == []

    def check_public(self, reader, origin, tree):
        shown = reader._shown(origin)
        if shown is not None:
            entries = [tree[index] for index in range(shown.size)]
            assert shown.verified_by(key_of(origin))
            assert shown.root == naive.root(entries)
            assert [reader.tiles(origin).entry(index) for index in range(shown.size)] == entries

    @invariant()
    def logs_are_apart(self):
        logs = self.writer._logs.all()
        assert len({log.row.id for log in logs}) == len({log.origin for log in logs}) == len(logs)
        still = [log.row.institution for log in logs if log.row.closed is None]
        assert len(still) == len(set(still))
        for log in logs:
            assert log.tree.size <= len(self.trees.get(log.origin, {})), "an entry of which nobody was told"


def test_whatever_happens_to_a_node_of_several_institutions_each_acknowledged_entry_opens() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
