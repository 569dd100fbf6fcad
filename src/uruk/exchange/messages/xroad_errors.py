"""Errors of the exchange as X-Road's clients know them: a type that names the hop, a sentence, an id to ask about.

`Client.…` the caller · `Server.ClientProxy.…` its own gateway · `Server.ServerProxy.…` the far gateway. As in the
document (X-Road REST r1, 4.6), the status is 400 for the caller's fault and 500 for any other; since 7.8 types are
written `server.clientproxy.unknown_member`.
"""

import re
from functools import lru_cache
from typing import Literal
from xml.sax.saxutils import escape

import msgspec

from uruk.kernel.api import CodedError

Where = Literal["client", "own", "far"]
Style = Literal["legacy", "new"]

_PREFIX: dict[Where, str] = {"client": "Client", "own": "Server.ClientProxy", "far": "Server.ServerProxy"}
_UNKNOWN = "InternalError"
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# What is not just written in small letters with underscores.
_RENAMED = {
    "ClientProxy": "clientproxy",
    "ServerProxy": "serverproxy",
    "OutdatedGlobalConf": "global_conf_outdated",
    "IOError": "io_error",
    "InvalidServiceType": "service_type",
}
_TYPES = {
    "BadRequest": "address_malformed path_refused header_part_malformed request_not_json request_too_large "
    "subject_malformed subject_not_found subject_differs subjects_too_many page_unknown "
    "request_malformed request_timeout method_unknown header_malformed message_unknown message_forgotten "
    "method_refused usage_question_malformed usage_unknown",
    "MissingHeaderField": "client_missing purpose_missing legal_basis_missing subject_missing",
    "InconsistentHeaders": "headers_differ legal_basis_differs",
    "UnknownMember": "member_unknown client_unknown instance_unknown not_hosted",
    "OutdatedGlobalConf": "directory_too_old directory_missing",
    "UnknownService": "service_unknown",
    "AccessDenied": "access_denied agreement_ended agreement_not_begun quota_exceeded usage_token_missing "
    "usage_token_refused usage_token_expired usage_token_used",
    "ServiceDisabled": "service_disabled",
    "ServiceFailed.InvalidResponse": "answer_not_json answer_too_large",
    "InternalError": "usage_unavailable usage_busy spool_damaged gateway_busy gateway_failed outbox_full",
    "LoggingFailed": "spool_full log_quarantined clocks_differ unwitnessed",
    "InvalidRequest": "description_unasked",
    "InvalidServiceType": "description_missing",
    "SslAuthenticationFailed": "client_not_admitted sender_elsewhere",
    "InvalidSecurityServer": "security_server_unknown",
    "ServiceMissingUrl": "provider_not_connected",
    "NetworkError": "provider_unreachable peer_unreachable link_lost gateway_stopping",
    "IOError": "outcome_unknown",
    "ServiceFailed.HttpError": "provider_malformed",
    "InvalidMessage": "frame_malformed parts_differ author_differs request_repeated request_id_malformed "
    "request_expired",
    "MalformedServerConf": "snapshot_missing snapshot_malformed glob_malformed pointer_malformed",
}
# By the code's name in this room, such as "access_denied".
TYPES = {name: kind for kind, names in _TYPES.items() for name in names.split()}


def error_type(code: str, where: Where, style: Style) -> str:
    """The type of an error, as it stands in the body and in `X-Road-Error`."""
    kind = f"{_PREFIX[where]}.{TYPES.get(code.partition('.')[2], _UNKNOWN)}"
    return kind if style == "legacy" else _new_style(kind)


def render(error: CodedError, where: Where, style: Style, accept: str, detail: str) -> tuple[int, str, bytes, str]:
    """Status, content type, body and the value of `X-Road-Error` of an error.

    `accept` is the caller's Accept header ("" where it sent none): XML for text/xml, application/xml and text/*, else
    JSON. `detail` is an id that the gateway wrote down with the error.
    """
    kind = error_type(error.code, where, style)
    status = 400 if where == "client" else 500
    message = error.sentence("en")
    xml = _xml_type(accept)
    if xml:
        return status, f"{xml};charset=utf-8", _xml(kind, message, detail), kind
    body = msgspec.json.encode({"type": kind, "message": message, "detail": detail})
    return status, "application/json;charset=utf-8", body, kind


@lru_cache(maxsize=512)
def _new_style(kind: str) -> str:
    """`Server.ClientProxy.UnknownMember` as `server.clientproxy.unknown_member`."""
    return ".".join(_RENAMED.get(word) or _WORDS.sub("_", word).lower() for word in kind.split("."))


@lru_cache(maxsize=512)
def _xml_type(accept: str) -> str:
    """The XML type that an Accept header asks for first of all, or nothing."""
    for entry in accept.split(",")[:32]:
        wanted = entry.partition(";")[0].strip().lower()
        if wanted in ("text/xml", "application/xml"):
            return wanted
        if wanted == "text/*":
            return "text/xml"
        if wanted in ("application/json", "application/*", "*/*"):
            return ""
    return ""


def _xml(kind: str, message: str, detail: str) -> bytes:
    parts = "".join(f"<{name}>{_plain(text)}</{name}>" for name, text in _members(kind, message, detail))
    return f'<?xml version="1.0" encoding="UTF-8"?><error>{parts}</error>'.encode()


def _members(kind: str, message: str, detail: str) -> tuple[tuple[str, str], ...]:
    return ("type", kind), ("message", message), ("detail", detail)


def _plain(text: str) -> str:
    """Escaped, without what XML cannot hold."""
    return escape(re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text))
