"""Definitions of the sample registries that follow those in force, approved by two heads."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.fixtures import Officer
from tests.unit.documents.samples import write_country
from tests.unit.registries.conftest import Archive
from tests.unit.registries.samples import country_files
from uruk.acts.api import run_due_jobs
from uruk.definitions.api import Country, load_country
from uruk.kernel.api import Actor, FixedClock
from uruk.publishing.api import (
    ProposalView,
    approve_proposal,
    in_force,
    proposal_options,
    propose_archive,
    propose_definition,
    publish_country,
)
from uruk.registries.kind import REGISTRY_KIND

SYSTEM = Actor.system("interior")


class Life:
    """What happens to definitions of registries, by two heads who may approve them."""

    def __init__(self, archive: Archive, officer: Callable[..., Officer], clock: FixedClock) -> None:
        self.archive, self.clock = archive, clock
        self.heads = archive.head, officer("head")

    def draft(
        self, code: str, *changes: tuple[str, str], convert: str = "", texts: str = "", gone: tuple[str, ...] = ()
    ) -> Country:
        """Load the country with a registry changed; `convert`: fields of a conversion; `gone`: texts to leave out."""
        files = country_files()
        path = f"institutions/interior/registries/{code}"
        text = files[f"{path}/registry.yaml"]
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        if convert:
            text += f"convert: {{from: {self.digest(code)}, fields: {{{convert}}}}}\n"
        files[f"{path}/registry.yaml"] = text
        for name in (f"{path}/texts.ar.yaml", f"{path}/texts.ckb.yaml"):
            files[name] = files[name].replace("fields: {", "fields: {" + texts, 1)
            for field in gone:
                files[name] = re.sub(rf",\s*{field}: [^,}}]+", "", files[name])
        loaded = load_country(write_country(files), [REGISTRY_KIND])
        publish_country(SYSTEM, loaded)
        return loaded

    def digest(self, code: str) -> str:
        """The digest in force."""
        return in_force("registry", "interior", code).digest.hex()

    def propose(self, code: str) -> ProposalView:
        """Propose the draft."""
        return propose_definition(SYSTEM, "registry", "interior", code)

    def sign(self, proposal: ProposalView) -> ProposalView:
        """Both heads approve, a minute after what was before."""
        self.clock.advance(timedelta(minutes=1))
        for head in self.heads:
            answer = head.passkey.get(proposal_options(head.actor, proposal.id))
            done = approve_proposal(head.actor, proposal.id, answer)
        return done

    def change(self, code: str, *changes: tuple[str, str], **more: Any) -> ProposalView:
        """A draft, proposed and approved; then what follows by jobs."""
        self.draft(code, *changes, **more)
        done = self.sign(self.propose(code))
        self.jobs()
        return done

    def archived(self, code: str) -> ProposalView:
        """Archived by both heads."""
        return self.sign(propose_archive(SYSTEM, "registry", "interior", code))

    def jobs(self) -> None:
        """Everything that is due."""
        while run_due_jobs():
            pass
