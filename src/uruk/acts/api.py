"""The door of acts: the one path of an act, what follows from it, and the keys it is signed with."""

from uruk.acts.breaks import publish_breaks
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
from uruk.acts.jobs import enqueue, failed_jobs, job, job_names, run_due_jobs
from uruk.acts.keyring import InstitutionKeys, KeyView, establish, institution_keys, key_views
from uruk.acts.keystore import authority, gateway_key_store, key_store
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
from uruk.acts.performing import (
    complete_pending,
    count_pending,
    find_statement,
    finish,
    latest_act_time,
    perform,
    receipt_of,
)
from uruk.acts.reading import READ, Reading, index_act, index_now, record_read, subject_digest, usage_index
from uruk.acts.renewal import KEY_COMPROMISED, KEY_RENEWED, KeyChange, KeyUse, key_proposal, renew_key
from uruk.acts.timestamping import (
    TimestampDelay,
    clock_offset,
    timestamp_checkpoints,
    timestamp_delays,
    timestamper,
    timestamper_certificates,
)
from uruk.acts.visibility import acknowledged, is_acknowledged, standing

__all__ = [
    "KEY_COMPROMISED",
    "KEY_RENEWED",
    "READ",
    "Deed",
    "InstitutionKeys",
    "KeyChange",
    "KeyUse",
    "KeyView",
    "Reading",
    "TimestampDelay",
    "acknowledged",
    "appender",
    "authority",
    "cancel_deadline",
    "clock",
    "clock_offset",
    "complete_pending",
    "contribute",
    "count_pending",
    "directory",
    "directory_reference",
    "emit",
    "enqueue",
    "establish",
    "failed_jobs",
    "find_directory",
    "find_statement",
    "finish",
    "gateway_key_store",
    "gateway_logs",
    "index_act",
    "index_now",
    "instance_code",
    "institution_keys",
    "is_acknowledged",
    "job",
    "job_names",
    "key_proposal",
    "key_store",
    "key_views",
    "latest_act_time",
    "list_gateway_logs",
    "list_logs",
    "log_answers",
    "log_at_hand",
    "node_settings",
    "open_log_writer",
    "perform",
    "publish_breaks",
    "publish_directory",
    "published_directory",
    "receipt_of",
    "record_read",
    "relying_party",
    "renew_key",
    "run_due_jobs",
    "set_deadline",
    "standing",
    "subject_digest",
    "subscribe",
    "timestamp_checkpoints",
    "timestamp_delays",
    "timestamper",
    "timestamper_certificates",
    "usage_index",
    "use_appender",
    "use_clock",
]
