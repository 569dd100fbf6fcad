"""The door of services: their kind of definition, what follows from one, and cases: one run of a service for somebody.

Every function that touches a case takes who acts first.
"""

from uruk.services.applying.drafting import (
    begin_draft,
    discard_draft,
    get_draft,
    my_drafts,
    resume_draft,
    save_draft,
    submit_draft,
)
from uruk.services.applying.submitting import Applicant, Asked, InvalidAnswersError, SubmittedCase, submit
from uruk.services.domain.definition import ServiceDefinition
from uruk.services.domain.drawing.flow import draw_flow
from uruk.services.domain.ground import AWAY, NOTHING, Ground, Waiting
from uruk.services.domain.judging.answering import Answered, check_answers
from uruk.services.domain.judging.deadlines import Days, days_of, last_day
from uruk.services.domain.judging.judging import Account, Move, Reason, account, next_move
from uruk.services.domain.judging.reckoning import Matched, Reckoning
from uruk.services.domain.linked import Service
from uruk.services.kind import SERVICE_KIND
from uruk.services.reading import case_acts, get_case, my_cases, my_notices
from uruk.services.views import (
    ActionView,
    ActView,
    CaseView,
    Decision,
    DraftKey,
    DraftView,
    EffectView,
    FailedCondition,
    NoticeView,
    ProposedAction,
    QueueView,
    TroubleView,
    WaitView,
)
from uruk.services.working.acting import act, appeal, dispute_fact, review
from uruk.services.working.queueing import give_back, next_case, queues, reassign, retry_effects, troubles
from uruk.services.working.seconding import (
    action_proposal,
    approve_action,
    decline_action,
    propose_action,
    proposed_bytes,
)
from uruk.services.working.settling import cosign, record_payment, settle_wait

__all__ = [
    "AWAY",
    "NOTHING",
    "SERVICE_KIND",
    "Account",
    "ActView",
    "ActionView",
    "Answered",
    "Applicant",
    "Asked",
    "CaseView",
    "Days",
    "Decision",
    "DraftKey",
    "DraftView",
    "EffectView",
    "FailedCondition",
    "Ground",
    "InvalidAnswersError",
    "Matched",
    "Move",
    "NoticeView",
    "ProposedAction",
    "QueueView",
    "Reason",
    "Reckoning",
    "Service",
    "ServiceDefinition",
    "SubmittedCase",
    "TroubleView",
    "WaitView",
    "Waiting",
    "account",
    "act",
    "action_proposal",
    "appeal",
    "approve_action",
    "begin_draft",
    "case_acts",
    "check_answers",
    "cosign",
    "days_of",
    "decline_action",
    "discard_draft",
    "dispute_fact",
    "draw_flow",
    "get_case",
    "get_draft",
    "give_back",
    "last_day",
    "my_cases",
    "my_drafts",
    "my_notices",
    "next_case",
    "next_move",
    "propose_action",
    "proposed_bytes",
    "queues",
    "reassign",
    "record_payment",
    "resume_draft",
    "retry_effects",
    "review",
    "save_draft",
    "settle_wait",
    "submit",
    "submit_draft",
    "troubles",
]
