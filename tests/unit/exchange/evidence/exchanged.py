"""One message between two institutions, as two gateways would have logged and kept it; their logs witnessed."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.flows.exchange.country import INSTANCE, Country, Node
from tests.unit.trust.passkey import Passkey
from uruk.exchange.api import (
    EvidenceStore,
    NodeEntry,
    Record,
    Sources,
    Submitter,
    open_cosigner,
)
from uruk.exchange.evidence.examining import APPROVED
from uruk.exchange.messages import statements as said
from uruk.exchange.messages.wire import Proof
from uruk.kernel.api import FixedClock, new_id
from uruk.trust.api import (
    Approver,
    FolderFiles,
    InstitutionEntry,
    LogNames,
    LogReader,
    LogWriter,
    PublicLog,
    Receipt,
    build_statement,
    cbor,
    log_keys,
    own_key_store,
)

CLIENT = f"{INSTANCE}/GOV/agriculture/season-plan"
SERVICE = f"{INSTANCE}/GOV/interior/persons/by-number"
AGREEMENT = bytes.fromhex("11" * 32)
REQUEST_HEADER, REQUEST_BODY = b"GET /r1/x/1990\r\n", b""
ANSWER_HEADER, ANSWER_BODY = b"200\r\nContent-Type:application/json\r\n", b'{"name":"Zainab"}'
PERSONS = {code: (Passkey(), Passkey()) for code in ("interior", "agriculture")}


class WitnessedCountry(Country):
    """A country whose nodes witness each other, and whose institutions have two approvers each."""

    def _node_entry(self, node: Node) -> NodeEntry:
        others = tuple(code for code in self.nodes if code != node.code)
        key = str(self.cosigner(node.code).key)
        return replace(super()._node_entry(node), witnesses=others, witness_key=key)

    def cosigner(self, code: str) -> Any:
        node = self.nodes[code]
        keys = own_key_store(node.folder / "main")
        return open_cosigner(node.folder / "witness", keys, INSTANCE, code, self.directory)

    def institution(self, node: Node, code: str) -> InstitutionEntry:
        approvers = tuple(
            Approver(one.approve(b"").key_digest, "officer", self.since, person=f"{code}-{number}")
            for number, one in enumerate(PERSONS.get(code, ()))
        )
        return replace(super().institution(node, code), approvers=approvers)


class Exchanged:
    """Agriculture (south) asked Interior (north); the third node, hub, only witnesses."""

    def __init__(self, folder: Path) -> None:
        self.country = WitnessedCountry(
            folder, {"north": ("interior",), "south": ("agriculture",), "hub": ("authority",)}
        )
        self.country.publish()
        self.clock = FixedClock(self.country.now)
        self.request = said.new_request()
        self.writers = {code: self._writer(code) for code in ("north", "south")}
        self.evidence = {code: self._evidence(code) for code in ("north", "south")}
        self.receipts: dict[str, Receipt] = {}
        self.approvals = {code: self._approval(code) for code in ("interior", "agriculture")}
        self.exchange()
        for writer in self.writers.values():
            writer.settle()

    def public(self, code: str) -> Path:
        return self.country.nodes[code].folder / "public" / "log"

    def _writer(self, code: str) -> LogWriter:
        node = self.country.nodes[code]
        keys = log_keys(own_key_store(node.gateway))
        names = LogNames(INSTANCE, code, shard=1)
        return LogWriter(node.gateway / "trust", self.public(code), names, keys, clock=self.clock)

    def _evidence(self, code: str) -> EvidenceStore:
        gateway = self.country.nodes[code].gateway
        (gateway / "spool").mkdir()
        return EvidenceStore(gateway / "evidence", gateway / "spool")

    def reference(self, author: str) -> said.Reference:
        directory = self.country.directory()
        return said.Reference(author, int(self.country.now.timestamp()), directory.version, directory.digest)

    def log(self, code: str, author: str, role: int, statement: bytes) -> Receipt:
        receipt = self.writers[code].append(author, said.act_of(self.request, role), statement)
        self.receipts[("request-sent", "request-received", "answer-sent", "answer-received")[role]] = receipt
        return receipt

    def keep(self, code: str, role: int, header: bytes, body: bytes, theirs: Receipt | None = None, **more) -> None:
        proof = None if theirs is None else Proof(*(getattr(theirs.parts, name) for name in Proof.__struct_fields__))
        until = int(self.country.now.timestamp()) + 90 * 86_400
        record = Record(self.request, role, until, header, body, proof=proof, **more)
        if theirs is not None:
            record = Record(self.request, role, until, header, body, statement=theirs.statement, proof=proof, **more)
        self.evidence[code].keep([self.evidence[code].seal([record])])
        self.evidence[code].sync()

    def exchange(self, **changes: Any) -> None:
        until = int(self.country.now.timestamp()) + 60
        asked = said.RequestFacts(
            self.request, CLIENT, SERVICE, "GET", "/1990", "id-1", "a plan", "law-1", sha256(REQUEST_HEADER).digest(),
            sha256(REQUEST_BODY).digest(), len(REQUEST_BODY), AGREEMENT, until,
        )  # fmt: skip
        sent = self.log("south", "agriculture", said.SENT, said.request_sent(asked, self.reference("agriculture")))
        self.keep("south", said.SENT, REQUEST_HEADER, REQUEST_BODY)
        digest = said.statement_digest(sent.statement)
        facts = said.ReceivedFacts(self.request, digest, sent.origin, sent.index, AGREEMENT, 0)
        self.log("north", "interior", said.RECEIVED, said.request_received(facts, self.reference("interior")))
        self.keep("north", said.RECEIVED, REQUEST_HEADER, REQUEST_BODY, sent)
        answered = said.AnswerFacts(
            self.request, digest, CLIENT, SERVICE, 200, sha256(ANSWER_HEADER).digest(), sha256(ANSWER_BODY).digest(),
            len(ANSWER_BODY), AGREEMENT, "answered",
        )  # fmt: skip
        answer = self.log("north", "interior", said.ANSWERED, said.answer_sent(answered, self.reference("interior")))
        self.keep("north", said.ANSWERED, ANSWER_HEADER, ANSWER_BODY)
        told = said.ReceivedFacts(self.request, said.statement_digest(answer.statement), answer.origin, answer.index)
        theirs = said.answer_received(told, self.reference("agriculture"))
        self.log("south", "agriculture", said.ANSWER_RECEIVED, theirs)
        self.keep("south", said.ANSWER_RECEIVED, ANSWER_HEADER, ANSWER_BODY, answer)

    def _approval(self, institution: str) -> Receipt:
        """Two persons of the institution approve the agreement."""
        body = {"digest": AGREEMENT, "consumer": "agriculture", "provider": "interior"}
        proposal = cbor.encode({"institution": institution, **body})
        act = new_id()
        statement = build_statement(
            statement_type=APPROVED, role="decided", author=institution, act=act,
            time=int(self.country.now.timestamp()), directory_version=1, directory_digest=bytes(32), body=body,
            proposal=proposal, approvals=[one.approve(proposal, role="officer") for one in PERSONS[institution]],
        )  # fmt: skip
        return self.writers[self.country.node_of(institution).code].append(institution, act, statement)

    def witness(self) -> None:
        """Each node's log goes to the two others."""
        for code in ("north", "south"):
            for writer in self.writers.values():
                writer.settle()
            node = self.country.nodes[code]
            submitter = Submitter(node.folder / "witness", self.public(code), code, self.clock, self._post)
            origins = [log.origin for log in self.writers[code].logs()]
            submitter.submit(self.country.directory(), origins)

    def _post(self, url: str, body: bytes) -> tuple[int, bytes]:
        code = url.removeprefix("http://").partition(".")[0]
        answer = self.country.cosigner(code).add_checkpoint(body, self.clock)
        return answer.status, answer.body

    def sources(self, code: str, improve: Callable[[Receipt], Receipt] = lambda one: one, ask: bool = False) -> Sources:
        """What `uruk evidence` reads on a node."""
        node = self.country.nodes[code]
        log = LogReader(node.gateway / "trust", self.public(code))
        files = (lambda url: FolderFiles(self.public(url.removeprefix("http://").partition(".")[0]))) if ask else None
        return Sources(log, self.evidence[code], node.directory, improve, self._approvals, files)

    def improve(self, code: str) -> Callable[[Receipt], Receipt]:
        """Our own receipts under the first cosigned checkpoint."""
        from uruk.exchange.api import CosignedStore

        store = CosignedStore(self.country.nodes[code].folder / "witness")

        def improved(receipt: Receipt) -> Receipt:
            found = store.first(receipt.origin, receipt.index)
            log = PublicLog(FolderFiles(self.public(code)), receipt.origin)
            return receipt if found is None else log.receipt_under(receipt, found)

        return improved

    def _approvals(self, digest: str) -> dict[str, Receipt]:
        return self.approvals if digest == AGREEMENT.hex() else {}

    @property
    def fingerprint(self) -> str:
        return self.country.nodes["north"].directory.held().root.fingerprint

    def close(self) -> None:
        for one in (*self.writers.values(), *self.evidence.values()):
            one.close()
