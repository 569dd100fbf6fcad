"""What a player can play: the parts of the journey that are one node's."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from uruk.acts.api import hosted_institutions, node_logs, publish_directory, witness_answers, witness_checkpoints
from uruk.cli.demo.archive import load_first_records, load_population
from uruk.cli.demo.cases import PAUSE_S, CasePlayer
from uruk.cli.demo.officers import DEMO_PASSWORD, Officers
from uruk.cli.demo.papers import Papers, kept_receipt
from uruk.cli.demo.readings import tell_readings
from uruk.cli.demo.report import Report
from uruk.cli.demo.rounds import RoundPlayer
from uruk.cli.loading import load_country_folder
from uruk.definitions.api import Country, JourneyCase, JourneyRound
from uruk.documents.api import publish_public_files
from uruk.exchange.api import Bundle, gather, verify_bundle, write_bundle
from uruk.kernel.api import Actor, CodedError, country_folder, error_sentence, load_settings
from uruk.people.api import load_people, see_synthetic
from uruk.publishing.api import (
    SystemConnection,
    approve_proposal,
    authority_round,
    connect_system,
    current_root,
    fetch_agreement_receipts,
    fetch_directory,
    find_decided,
    init_authority,
    institutions,
    join,
    list_definitions,
    message_sources,
    open_proposals,
    proposal_options,
    propose_agreement,
    propose_definition,
    publish_entry,
    write_snapshot,
)
from uruk.trust.api import MemorySigner

ROOT_KEYS, ROOT_THRESHOLD = 3, 2
DECIDING = ("approve-agreements", "approve-definitions", "approve-members")
SETTLED_S = 20.0
WITNESS_S = 10.0
PLACES = 3  # the asker's own evidence: its request, the answer's proof, and that it received it


class Parts:
    """One node's parts, in a process of that node's own."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._settings = load_settings(os.environ)
        self._home = country_folder(self._settings.country)
        self._country: Country | None = None
        self._officers: Officers | None = None
        self._rounds: dict[str, RoundPlayer] = {}

    def deed(self, name: str) -> Callable[..., Any]:
        """The part of this name."""
        deeds: dict[str, Callable[..., Any]] = {
            "load": self.load,
            "people": self.people,
            "definitions": self.definitions,
            "records": self.records,
            "population": self.population,
            "papers": self.papers,
            "authority": self.authority,
            "join": self.join,
            "approve": self.approve,
            "agree": self.agree,
            "connect": self.connect,
            "say": self.say,
            "list": self.list_all,
            "take": self.take,
            "settle": self.settle,
            "witness": self.witness,
            "evidence": self.evidence,
            "case": self.case,
            "wait": self.wait,
            "readings": self.readings,
            "read_code": self.read_code,
            "round": self.round,
        }
        return deeds[name]

    # The country and its people

    def load(self) -> None:
        """Put the definitions of the institutions that live here in force."""
        with self._report.step("loaded") as facts:
            self._country, receipts = load_country_folder(self._home)
            facts["path"] = str(self._home)
        for one in receipts:
            self._report.act("published", one)

    def people(self) -> dict[str, str]:
        """Make the people of this node: officers of its institutions, and the citizens, seen by a clerk."""
        country, hosted = self._here(), self._hosted()
        here = [one for one in country.people if not one.offices or hosted & {o.institution for o in one.offices}]
        with self._report.step("people") as facts:
            loaded = load_people(here, DEMO_PASSWORD)
            self._officers = Officers(country, {one.code: one.person for one in loaded})
            facts["password"] = DEMO_PASSWORD
            facts["sign_in"] = {one.code: one.identifier for one in loaded}
        for one in loaded:
            for appointed in one.receipts:
                self._report.act("appointed", appointed, officer=one.code)
        self._see()
        self._enrol()
        publish_public_files()
        return {one.code: one.identifier for one in loaded}

    def _see(self) -> None:
        """Count the citizens as seen by a clerk, so that they find the documents that bear their number."""
        first = sorted(self._hosted())[0]
        for one in self._here().people:
            seen = None if one.offices else see_synthetic(self._known().person(one.code), first)
            if seen is not None:
                self._report.act("seen", seen, person=one.code)

    def _enrol(self) -> None:
        """Give a passkey to everybody who will approve something: nobody else signs in as them then."""
        drafts = {name for plan in self._plans() for name in (plan.drafts, plan.releases)}
        deciders = {name for right in DECIDING for one in self._hosted() for name, _ in self._deciders(right, one)}
        acts = (one for plan in self._cases() for one in plan.all_acts)
        seconds = {name for one in acts if one.second for name in (one.by, one.second)}
        seconds |= {name for plan in self._own_rounds() for name in (plan.closes, plan.second)}
        for name in sorted(drafts | deciders | seconds):
            with self._report.step("passkey") as facts:
                self._known().enrol(name)
                facts["officer"] = name

    def definitions(self) -> int:
        """Have two persons approve what the folder says otherwise than what is in force: a demonstration goes on."""
        for one in (each for each in list_definitions() if each.draft is not None):
            try:
                propose_definition(Actor.system(one.institution), one.kind, one.institution, one.code)
            except CodedError as error:
                with self._report.step("draft") as facts:
                    facts.update(definition=f"{one.institution}/{one.code}", waits=error.sentence("en"))
        return self.approve("approve-definitions")

    # Registries

    def records(self) -> None:
        """Record what the registries of this node begin with."""
        load_first_records(self._here(), self._hosted(), self._report)

    def population(self, count: int, seed: int) -> None:
        """Record synthetic people, if this is the node that keeps the register of persons."""
        population = self._here().population
        if population is not None and population.institution in self._hosted():
            load_population(population, count, seed, self._report)

    # Documents

    def papers(self, folder: str) -> None:
        """Issue, verify and revoke the documents of this node's institutions."""
        papers, plans = self._papers(folder), self._plans()
        for plan in plans:
            papers.play(plan)
        if plans:
            papers.refuse_a_changed_byte(plans[0])

    # Cases

    def case(self, name: str, folder: str) -> dict[str, Any]:
        """Play a case of one of this node's institutions to its end."""
        return self._case(name, folder).play()

    def wait(self, name: str, folder: str) -> str:
        """Ask for something while a holder's node is stopped; the id of the case that waits."""
        return self._case(name, folder).wait()

    def read_code(self, name: str, folder: str) -> None:
        """Have a second person read the code of the paper that a case came to, if it came to one."""
        papers = self._papers(folder)
        if papers.has_code(name):
            papers.read_without_a_network(name)

    # Rounds

    def round(self, name: str, folder: str, what: str) -> None:
        """Play a part of a round of one of this node's institutions: `apply`, `close`, `decide` or `end`."""
        if name not in self._rounds:
            plan = next(one for one in self._own_rounds() if one.name == name)
            self._rounds[name] = RoundPlayer(self._papers(folder), plan)
        parts = {"apply": RoundPlayer.apply, "close": RoundPlayer.close}
        parts |= {"decide": RoundPlayer.decide, "end": RoundPlayer.end}
        parts[what](self._rounds[name])

    def readings(self, person: str, holders: list[str], since: str) -> None:
        """Have a person see who read their data since a moment: on the node where citizens sign in."""
        actor = Actor(channel="portal", person=self._known().person(person))
        url = self._settings.public_url
        tell_readings(actor, person, holders, datetime.fromisoformat(since), url, self._report)

    # The directory

    def authority(self, operator: str) -> str:
        """Make this node the authority of the country's directory; the root's fingerprint."""
        institution = self._deciding("approve-members")
        with self._report.step("authority") as facts:
            # In production these keys lie in three safes: see docs/operations.md.
            keys = [MemorySigner.generate("ed25519") for _ in range(ROOT_KEYS)]
            fingerprint = init_authority(institution, keys, ROOT_THRESHOLD, operator)
            facts["fingerprint"] = fingerprint
        return fingerprint

    def join(self, fingerprint: str) -> None:
        """Ask the authority to list this node and its institutions."""
        with self._report.step("joining") as facts:
            facts["fingerprint"] = join(self._settings.authority_url, fingerprint)

    def approve(self, right: str) -> int:
        """Have two persons approve everything that waits for a right of theirs; how many proposals that was."""
        done = 0
        for institution in sorted(self._hosted()):
            deciders = self._deciders(right, institution)
            if len(deciders) == 2:
                done += self._approve_all(institution, deciders)
        return done

    def _approve_all(self, institution: str, holders: list[tuple[str, str]]) -> int:
        actors = [
            (name, Actor(channel="desk", person=self._known().person(name), institution=institution, role=role))
            for name, role in holders
        ]
        waiting = [one for one in open_proposals(actors[0][1]) if one.hindrance is None]
        for proposal in waiting:
            for name, actor in actors:
                answer = self._known().sign(name, proposal_options(actor, proposal.id))
                decided = approve_proposal(actor, proposal.id, answer)
            found = find_decided(decided.act) if decided.act else None
            if found is None or decided.act is None:
                raise RuntimeError(f"not carried out: {proposal.kind}")
            self._report.act("approved", kept_receipt(decided.act), kind=proposal.kind, officers=[n for n, _ in actors])
        return len(waiting)

    # Agreements and systems

    def agree(self) -> int:
        """Propose every agreement that an institution of this node is a party of, and have two persons approve it."""
        hosted = self._hosted()
        for definition in self._here().of_kind("agreement"):
            parties = {definition.institution, definition.model.consumer.institution}  # type: ignore[attr-defined]
            for institution in sorted(parties & hosted):
                propose_agreement(Actor.system(institution), institution, definition.institution, definition.code)
        return self.approve("approve-agreements")

    def connect(self, system: str, url: str) -> None:
        """Say where the information system of a subsystem is reached."""
        institution, _, code = system.partition("/")
        receipt = connect_system(Actor.system(institution), institution, code, SystemConnection(url=url))
        self._report.act("connected", receipt, system=system)

    def say(self) -> None:
        """Tell the authority what is new of this node: its keys, its logs, where its gateway is."""
        publish_directory()
        publish_entry()

    def list_all(self) -> None:
        """Sign the country's directory anew, as its authority."""
        authority_round()

    def take(self) -> None:
        """Take what others say: the directory, the receipts of agreements; and have the gateway go by it."""
        fetch_directory()
        fetch_agreement_receipts()
        write_snapshot()

    def settle(self, request: str) -> None:
        """Wait until the gateways have settled what they logged of a message: a witness sees only that."""
        self._settled(UUID(request).bytes)

    def witness(self) -> None:
        """Have all that the logs of this node hold now cosigned by the nodes that witness them.

        A log shows what it holds a moment after it took it, and what is timestamped is cosigned before what is new.
        """
        sizes, cosigned, deadline = {log.origin: log.size for log in node_logs()}, 0, time.monotonic() + WITNESS_S
        with self._report.step("witnessed") as facts:
            while True:
                cosigned += witness_checkpoints()
                seen = witness_answers()
                if all(one.size >= sizes.get(one.origin, 0) for one in seen) or time.monotonic() > deadline:
                    break
                time.sleep(PAUSE_S)
            facts["cosigned"] = cosigned

    def evidence(self, request: str, path: str) -> None:
        """Write all that proves a message into one file, and verify it offline under the directory's root."""
        bundle = self._settled(UUID(request).bytes)
        with self._report.step("evidence") as facts:
            write_bundle(Path(path), bundle)
            facts.update(path=path, request=request)
        for place, receipt in bundle.receipts.items():
            self._report.act("message", receipt, place=place)
        with self._report.step("proved") as facts:
            verdict = verify_bundle(bundle, current_root().fingerprint, datetime.now(UTC))
            if verdict.exit != 0:
                raise RuntimeError(verdict.code)
            facts.update(path=path, exit=verdict.exit, sentence=error_sentence(verdict.code, "ar", verdict.values))

    def _settled(self, request: bytes) -> Bundle:
        """The evidence, as soon as the gateway has settled what it logged."""
        deadline = time.monotonic() + SETTLED_S
        while True:
            try:
                with message_sources() as sources:
                    bundle = gather(request, sources, bodies=True)
            except CodedError:
                if time.monotonic() > deadline:
                    raise
            else:
                if len(bundle.receipts) == PLACES or time.monotonic() > deadline:
                    return bundle
            time.sleep(0.2)

    # Inside

    def _here(self) -> Country:
        if self._country is None:
            raise RuntimeError("no country was loaded")
        return self._country

    def _known(self) -> Officers:
        if self._officers is None:
            raise RuntimeError("nobody was made")
        return self._officers

    def _hosted(self) -> set[str]:
        return set(hosted_institutions())

    def _plans(self) -> list[Any]:
        return [plan for plan in self._here().journey if plan.institution in self._hosted()]

    def _cases(self) -> list[JourneyCase]:
        """The cases of this node's institutions, those that a round decides too."""
        cases = (*self._here().cases, *(case for one in self._own_rounds() for case in one.cases))
        return [plan for plan in cases if plan.institution in self._hosted()]

    def _own_rounds(self) -> list[JourneyRound]:
        return [plan for plan in self._here().rounds if plan.institution in self._hosted()]

    def _case(self, name: str, folder: str) -> CasePlayer:
        return CasePlayer(self._papers(folder), next(one for one in self._cases() if one.name == name))

    def _papers(self, folder: str) -> Papers:
        url = self._settings.public_url
        return Papers(self._settings.data, Path(folder), url, self._report, self._home, self._known())

    def _roles(self, name: str) -> set[tuple[str, str]]:
        person = next(one for one in self._here().people if one.code == name)
        return {(office.role, office.institution) for office in person.offices}

    def _deciding(self, right: str) -> str:
        """The institution of this node in which somebody has a right."""
        known = institutions()
        return next(
            code for code in sorted(self._hosted()) if any(right in role.may for role in known[code].roles.values())
        )

    def _deciders(self, right: str, institution: str) -> list[tuple[str, str]]:
        """The first two of an institution who have a right: others are left to whoever tries the demonstration."""
        return [one for one in self._holders(right) if (one[1], institution) in self._roles(one[0])][:2]

    def _holders(self, right: str) -> list[tuple[str, str]]:
        """Who of this node's officers has a right, in which role."""
        hosted, known = self._hosted(), institutions()
        return [
            (person.code, office.role)
            for person in self._here().people
            for office in person.offices
            if office.institution in hosted and right in known[office.institution].roles[office.role].may
        ]
