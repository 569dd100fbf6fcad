"""The door of services: their kind of definition, what follows from one, and cases: one run of a service for somebody.

Every function that touches a case takes who acts first.
"""

from uruk.services.applying.choosing import ApplicantChoice, Applicants, applicants, my_children
from uruk.services.applying.consenting import (
    ConsentGiven,
    consent_paper,
    get_consent,
    keep_consent_paper,
    note_consent,
)
from uruk.services.applying.drafting import (
    begin_draft,
    discard_draft,
    get_draft,
    my_drafts,
    put_under_consent,
    resume_at_counter,
    resume_draft,
    save_draft,
    submit_draft,
)
from uruk.services.applying.keeping import forget_files
from uruk.services.applying.submitting import (
    Applicant,
    Asked,
    InvalidAnswersError,
    SubmittedCase,
    missing_assurance,
    submit,
)
from uruk.services.applying.uploading import case_file, draft_file, keep_draft_file
from uruk.services.auditing.finding import find_by_number, find_cases
from uruk.services.auditing.opening import OpenedAct, case_proof
from uruk.services.auditing.replaying import act_receipt, replay
from uruk.services.auditing.views import CaseQuery, FoundCase, PinnedRules, Proof, Replay, ReplayedAct, Source
from uruk.services.domain.cases.rejudging import Difference
from uruk.services.domain.definition import Fact, Question, ServiceDefinition, Step
from uruk.services.domain.drawing.flow import draw_flow
from uruk.services.domain.drawing.words import CLOSED, PARTIES, WAYS
from uruk.services.domain.ground import AWAY, NOTHING, Ground, Waiting
from uruk.services.domain.judging.answering import Answered, check_answers
from uruk.services.domain.judging.deadlines import Days, days_of, last_day
from uruk.services.domain.judging.judging import Account, Move, Reason, account, next_move
from uruk.services.domain.judging.reckoning import Matched, Reckoning
from uruk.services.domain.linked import Service, find_field
from uruk.services.guiding import Guide, Tried, get_service, guide_of, list_services, try_guide
from uruk.services.kind import SERVICE_KIND
from uruk.services.reading import case_acts, get_case, my_cases
from uruk.services.views import (
    ActionView,
    ActView,
    CasePast,
    CaseView,
    ConditionView,
    ConsentView,
    Decision,
    DraftKey,
    DraftView,
    EffectView,
    FailedCondition,
    HeldView,
    MovedSince,
    OfficerLoad,
    OverseenPage,
    OverseenView,
    PastAct,
    ProposedAction,
    QuestionView,
    QueueView,
    RevocationView,
    SupervisedCase,
    TroubleView,
    WaitView,
    Workload,
)
from uruk.services.working.acting import act, appeal, dispute_fact, review
from uruk.services.working.cosigning import CosignView, cosignatures, get_cosignature
from uruk.services.working.looking import held_cases, moved_since, queues, serves
from uruk.services.working.mending import keep_case_file, mended, mended_file
from uruk.services.working.questioning import answer_question, ask_applicant
from uruk.services.working.queueing import give_back, next_case, reassign, retry_effects, troubles
from uruk.services.working.seconding import (
    action_proposal,
    approve_action,
    decline_action,
    propose_action,
    proposed_bytes,
)
from uruk.services.working.settling import cosign, record_payment, settle_wait
from uruk.services.working.supervising import may_supervise, overseen, revocations, supervised_case, workload

__all__ = [
    "AWAY",
    "CLOSED",
    "NOTHING",
    "PARTIES",
    "SERVICE_KIND",
    "WAYS",
    "Account",
    "ActView",
    "ActionView",
    "Answered",
    "Applicant",
    "ApplicantChoice",
    "Applicants",
    "Asked",
    "CasePast",
    "CaseQuery",
    "CaseView",
    "ConditionView",
    "ConsentGiven",
    "ConsentView",
    "CosignView",
    "Days",
    "Decision",
    "Difference",
    "DraftKey",
    "DraftView",
    "EffectView",
    "Fact",
    "FailedCondition",
    "FoundCase",
    "Ground",
    "Guide",
    "HeldView",
    "InvalidAnswersError",
    "Matched",
    "Move",
    "MovedSince",
    "OfficerLoad",
    "OpenedAct",
    "OverseenPage",
    "OverseenView",
    "PastAct",
    "PinnedRules",
    "Proof",
    "ProposedAction",
    "Question",
    "QuestionView",
    "QueueView",
    "Reason",
    "Reckoning",
    "Replay",
    "ReplayedAct",
    "RevocationView",
    "Service",
    "ServiceDefinition",
    "Source",
    "Step",
    "SubmittedCase",
    "SupervisedCase",
    "Tried",
    "TroubleView",
    "WaitView",
    "Waiting",
    "Workload",
    "account",
    "act",
    "act_receipt",
    "action_proposal",
    "answer_question",
    "appeal",
    "applicants",
    "approve_action",
    "ask_applicant",
    "begin_draft",
    "case_acts",
    "case_file",
    "case_proof",
    "check_answers",
    "consent_paper",
    "cosign",
    "cosignatures",
    "days_of",
    "decline_action",
    "discard_draft",
    "dispute_fact",
    "draft_file",
    "draw_flow",
    "find_by_number",
    "find_cases",
    "find_field",
    "forget_files",
    "get_case",
    "get_consent",
    "get_cosignature",
    "get_draft",
    "get_service",
    "give_back",
    "guide_of",
    "held_cases",
    "keep_case_file",
    "keep_consent_paper",
    "keep_draft_file",
    "last_day",
    "list_services",
    "may_supervise",
    "mended",
    "mended_file",
    "missing_assurance",
    "moved_since",
    "my_cases",
    "my_children",
    "my_drafts",
    "next_case",
    "next_move",
    "note_consent",
    "overseen",
    "propose_action",
    "proposed_bytes",
    "put_under_consent",
    "queues",
    "reassign",
    "record_payment",
    "replay",
    "resume_at_counter",
    "resume_draft",
    "retry_effects",
    "review",
    "revocations",
    "save_draft",
    "serves",
    "settle_wait",
    "submit",
    "submit_draft",
    "supervised_case",
    "troubles",
    "try_guide",
    "workload",
]
