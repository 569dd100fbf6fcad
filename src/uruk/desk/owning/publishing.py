"""What changes, and publishing: an owner proposes, two persons sign at the proposal's own page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.desk.owning.owned import DRAFT, KIND, NOW, Owned, findings_told, owner_page, short, show_owned
from uruk.desk.pages import go, told
from uruk.kernel.api import CodedError, script_of, without_controls
from uruk.publishing.api import Told, propose_archive, propose_definition, told_change
from uruk.services.api import check_folder, service_version
from uruk.ui.api import Fact, reader_language


@owner_page
def changes(request: HttpRequest, owned: Owned, old: str, new: str) -> HttpResponse:
    """What differs between two versions, in words."""
    before, after = (service_version(owned.office.actor, owned.code, one).definition for one in (old, new))
    found = told_change(before, after)
    facts = _lines(found) if before.digest != after.digest else ()
    title = _("What changes: %(service)s") % {"service": owned.title}
    between = (short(before.digest.hex()), short(after.digest.hex()))
    return show_owned(request, owned, "changes", title=title, facts=facts, old=between[0], new=between[1])


@owner_page
def publish(request: HttpRequest, owned: Owned) -> HttpResponse:
    """The version in the folder beside the one in force: what changes, whether anything is wrong; then propose it."""
    draft = service_version(owned.office.actor, owned.code, DRAFT)
    digest = draft.definition.digest.hex()
    if request.method == "POST":
        return _propose(request, owned, digest)
    now = service_version(owned.office.actor, owned.code, NOW).definition
    said = told_change(now, draft.definition)
    return show_owned(
        request,
        owned,
        "publish",
        version=DRAFT,
        title=_("A new version: %(service)s") % {"service": owned.title},
        facts=_lines(said),
        warning=told(said.warning) if said.warning else "",
        digest=digest,
        findings=findings_told(draft.all_findings),
        examples=len(draft.examples),
        waits_url=owned.office.url("proposal", owned.view.waits) if owned.view.waits else "",
        steps_url=owned.url("steps", DRAFT),
    )


@owner_page
def archive(request: HttpRequest, owned: Owned) -> HttpResponse:
    """Propose to archive the service; taken up again it is proposed as it was."""
    if request.method != "POST":
        return go(request, owned.url())
    again = request.POST.get("again") == "yes"
    propose = propose_definition if again else propose_archive
    try:
        found = propose(owned.office.actor, KIND, owned.office.institution, owned.code)
    except CodedError as error:
        return go(request, owned.url(), error=error)
    return go(request, owned.office.url("proposal", found.id), done=_("Proposed. Sign it with your passkey."))


@owner_page
def check(request: HttpRequest, owned: Owned) -> HttpResponse:
    """What is wrong with the service in the country's folder, as the folder is now."""
    if request.method != "POST":
        return go(request, owned.url("examples", NOW))
    found = check_folder(owned.office.actor, owned.code)
    return show_owned(
        request,
        owned,
        "checked",
        title=_("The folder was checked: %(service)s") % {"service": owned.title},
        findings=findings_told(found.findings),
        elsewhere=found.elsewhere,
    )


def _propose(request: HttpRequest, owned: Owned, digest: str) -> HttpResponse:
    """Propose what the page showed, and go where it is signed."""
    try:
        if request.POST.get("digest") != digest:
            raise CodedError("desk.draft_moved")
        found = propose_definition(owned.office.actor, KIND, owned.office.institution, owned.code)
    except CodedError as error:
        return go(request, owned.url("publish"), error=error)
    return go(request, owned.office.url("proposal", found.id), done=_("Proposed. Sign it with your passkey."))


def _lines(found: Told) -> tuple[Fact, ...]:
    language = reader_language()
    return tuple(Fact(_read(line.label.get(language)), _read(line.value.get(language))) for line in found.lines)


def _read(said: str) -> str:
    """A sentence without marks of direction where all of it runs one way: they would bring a font along."""
    return without_controls(said) if script_of(said) in {"latin", "none"} else said
