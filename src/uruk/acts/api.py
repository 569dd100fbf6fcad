"""The door of acts: the one path of an act, what follows from it, and the keys it is signed with."""

from uruk.acts.breaks import SaidBreak, publish_breaks, said_breaks
from uruk.acts.country import country_directory, directory_store
from uruk.acts.directory import (
    contribute,
    directory,
    directory_reference,
    find_directory,
    publish_directory,
    published_directory,
)
from uruk.acts.domain.deed import Deed
from uruk.acts.domain.relying import relying_party
from uruk.acts.events import cancel_deadline, emit, set_deadline, subscribe
from uruk.acts.forgotten import Forgotten, forgotten, note_forgotten
from uruk.acts.identity import announce_identity, take_identity
from uruk.acts.jobs import enqueue, failed_jobs, job, job_names, job_of_many, run_due_jobs
from uruk.acts.keyring import (
    InstitutionKeys,
    KeyView,
    establish,
    hosted_institutions,
    identity_signers,
    institution_keys,
    key_views,
)
from uruk.acts.keystore import authority, gateway_key_store, key_store, secret_store
from uruk.acts.logs import (
    gateway_logs,
    instance_code,
    list_gateway_logs,
    list_logs,
    log_answers,
    log_at_hand,
    open_log_writer,
)
from uruk.acts.node import appender, clock, node_settings, use_appender, use_clock
from uruk.acts.pending import complete_pending, count_pending
from uruk.acts.performing import find_statement, finish, latest_act_time, perform, receipt_of
from uruk.acts.projecting import on_receipt
from uruk.acts.reading import READ, Reading, index_act, index_now, record_read, subject_digest, usage_index
from uruk.acts.renewal import (
    KEY_ANNOUNCED,
    KEY_COMPROMISED,
    KEY_RENEWED,
    KeyChange,
    KeyUse,
    key_proposal,
    renew_key,
)
from uruk.acts.statements import find_row, find_rows, stored
from uruk.acts.succession import LOG_CLOSED, LogTerm, follow_logs, gateway_generations, log_terms
from uruk.acts.timestamping import (
    TimestampDelay,
    clock_offset,
    timestamp_checkpoints,
    timestamp_delays,
    timestamper,
    timestamper_certificates,
)
from uruk.acts.together import perform_together
from uruk.acts.two_persons import approved_by_two
from uruk.acts.visibility import acknowledged, has_receipt, is_acknowledged, standing, which_acknowledged
from uruk.acts.witnessing import (
    compare_others,
    cosigner,
    known_witnesses,
    node_logs,
    with_proofs,
    witness_answers,
    witness_checkpoints,
    witness_delays,
    witness_key,
)

__all__ = [
    "KEY_ANNOUNCED",
    "KEY_COMPROMISED",
    "KEY_RENEWED",
    "LOG_CLOSED",
    "READ",
    "Deed",
    "Forgotten",
    "InstitutionKeys",
    "KeyChange",
    "KeyUse",
    "KeyView",
    "LogTerm",
    "Reading",
    "SaidBreak",
    "TimestampDelay",
    "acknowledged",
    "announce_identity",
    "appender",
    "approved_by_two",
    "authority",
    "cancel_deadline",
    "clock",
    "clock_offset",
    "compare_others",
    "complete_pending",
    "contribute",
    "cosigner",
    "count_pending",
    "country_directory",
    "directory",
    "directory_reference",
    "directory_store",
    "emit",
    "enqueue",
    "establish",
    "failed_jobs",
    "find_directory",
    "find_row",
    "find_rows",
    "find_statement",
    "finish",
    "follow_logs",
    "forgotten",
    "gateway_generations",
    "gateway_key_store",
    "gateway_logs",
    "has_receipt",
    "hosted_institutions",
    "identity_signers",
    "index_act",
    "index_now",
    "instance_code",
    "institution_keys",
    "is_acknowledged",
    "job",
    "job_names",
    "job_of_many",
    "key_proposal",
    "key_store",
    "key_views",
    "known_witnesses",
    "latest_act_time",
    "list_gateway_logs",
    "list_logs",
    "log_answers",
    "log_at_hand",
    "log_terms",
    "node_logs",
    "node_settings",
    "note_forgotten",
    "on_receipt",
    "open_log_writer",
    "perform",
    "perform_together",
    "publish_breaks",
    "publish_directory",
    "published_directory",
    "receipt_of",
    "record_read",
    "relying_party",
    "renew_key",
    "run_due_jobs",
    "said_breaks",
    "secret_store",
    "set_deadline",
    "standing",
    "stored",
    "subject_digest",
    "subscribe",
    "take_identity",
    "timestamp_checkpoints",
    "timestamp_delays",
    "timestamper",
    "timestamper_certificates",
    "usage_index",
    "use_appender",
    "use_clock",
    "which_acknowledged",
    "with_proofs",
    "witness_answers",
    "witness_checkpoints",
    "witness_delays",
    "witness_key",
]
