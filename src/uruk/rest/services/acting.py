"""Programs try answers, hand in cases, read them whole, and say what a cash desk knows."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from uruk.kernel.api import Actor
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.rest.bodies import read_body
from uruk.rest.registries import shapes as bodies
from uruk.rest.registries.conditional import act_of, base_version, id_under
from uruk.rest.registries.queries import plain, yes_no
from uruk.rest.services import reading, shapes
from uruk.rest.services.forms import form_problems, together
from uruk.rest.services.telling import batch_told, handed_in_told, read_told, status_told, tried_told
from uruk.services import api as services
from uruk.services.api import InvalidAnswersError, TriedAnswers
from uruk.ui.api import download, program

# No question takes more; what each takes its description says.
MAX_FILE_BYTES = 20 << 20


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def check(request: HttpRequest, actor: Actor, institution: str, service: str) -> HttpResponse:
    """`POST …/check`: whether answers may be handed in; nothing is kept, and nobody is asked anything."""
    _plainly(request, actor, institution)
    return answer(tried_told(_tried(actor, service, bodies.read(request, shapes.Check).answers)))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def keep_file(
    request: HttpRequest, actor: Actor, institution: str, service: str, consent: UUID, question: str
) -> HttpResponse:
    """`POST …/consents/<id>/files/<question>`: the bytes of a file; its SHA-256 is what is answered with it."""
    _plainly(request, actor, institution)
    data = read_body(request, MAX_FILE_BYTES)
    return answer({"answer": services.keep_program_file(actor, service, consent, question, data)}, 201)


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("GET", "HEAD", "POST")
@program
def cases(request: HttpRequest, actor: Actor, institution: str, service: str) -> HttpResponse:
    """`GET …/cases`: one page. `POST`: a case, handed in for whoever gave the consent."""
    if request.method != "POST":
        return reading.page(request, actor, institution, service)
    _plainly(request, actor, institution)
    case, body = act_of(request, actor), bodies.read(request, shapes.HandIn)
    done = services.submit_by_program(actor, service, body.consent, body.answers, case, form_problems)
    response = answer(handed_in_told(done), 201)
    response["ETag"] = f'"{done.status.seq}"'
    response["Location"] = reverse("rest:service-case-status", args=[institution, service, done.status.case])
    return response


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def batch(request: HttpRequest, actor: Actor, institution: str, service: str) -> HttpResponse:
    """`POST …/cases/batch`: up to 200 cases, each handed in for whoever gave its consent, or told why not."""
    only = yes_no("validate_only", plain(request.GET, ("validate_only",)).get("validate_only", "false"))
    reading.require_own(actor, institution)
    sent = bodies.read(request, shapes.Batch, bodies.MAX_BULK_BYTES).cases
    several = [services.ToHandIn(id_under(actor, one.key), one.consent, one.answers) for one in sent]
    hand_in = services.try_many_by_program if only else services.submit_many_by_program
    outcomes = hand_in(actor, service, several, form_problems)
    return answer(batch_told([one.key for one in sent], outcomes, caller_language(request)))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def read(request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID) -> HttpResponse:
    """`POST …/cases/<id>/read`: all of a case, which its applicant finds; what for stands in the body."""
    _plainly(request, actor, institution)
    found = services.read_by_program(_saying_why(request, actor), service, case)
    response = answer(read_told(found))
    response["ETag"] = f'"{found.status.seq}"'
    return response


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def read_file(
    request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID, sha256: str
) -> HttpResponse:
    """`POST …/cases/<id>/files/<sha256>`: a file among the answers or what officers said, read like all of the case."""
    _plainly(request, actor, institution)
    return download(services.file_by_program(_saying_why(request, actor), service, case, sha256))


@csrf_exempt  # programs carry no cookies, and no session is read here
@endpoint("POST")
@program
def act(request: HttpRequest, actor: Actor, institution: str, service: str, case: UUID, action: str) -> HttpResponse:
    """`POST …/cases/<id>/actions/paid`: the fee was paid, on the version that `If-Match` names; all else people do."""
    _plainly(request, actor, institution)
    seq, body = base_version(request), bodies.read(request, shapes.Act)
    found = services.act_by_program(actor, service, case, seq, action, body.note)
    response = answer(status_told(found))
    response["ETag"] = f'"{found.seq}"'
    return response


def _plainly(request: HttpRequest, actor: Actor, institution: str) -> None:
    plain(request.GET, ())
    reading.require_own(actor, institution)


def _saying_why(request: HttpRequest, actor: Actor) -> Actor:
    """The program with what it reads for, as the body says it."""
    why = bodies.read(request, shapes.Read)
    return replace(actor, purpose=why.purpose, law=why.law)


def _tried(actor: Actor, service: str, answers: shapes.Answers) -> TriedAnswers:
    tried = services.try_answers(actor, service, answers)
    problems = together(form_problems(tried.service.definition, answers), tried.problems)
    if problems:
        raise InvalidAnswersError(problems)
    return tried
