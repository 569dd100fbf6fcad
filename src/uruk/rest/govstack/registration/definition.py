"""The definition of a service as a suite's data names one: asked by a person, decided or sent back by an officer."""

import json
from collections.abc import Mapping

from uruk.kernel.api import Text

APPROVE, REJECT, SEND_BACK, RESUBMIT = "approve", "reject", "send_back", "resubmit"
NAME, DETAILS = "application_name", "details"
_SERVICE = """uruk: service/1
for: [person]
assurance: declared
channels: [web, counter]
e_signature: allowed
fee: none
keep: 5 years
steps:
  application:
    fields:
      application_name: {{type: text, max: 200, required: false}}
      details: {{type: long_text, max: 4000, required: false}}
states:
  received:
    task: {role}
    sees: [answers]
    deadline: {{within: 30 working days, then: {{to: lapsed}}}}
    actions:
      approve:   {{to: approved}}
      reject:    {{to: rejected}}
      send_back: {{to: correcting, fields: {{faults: {{type: marks}}}}}}
  correcting:
    task: applicant
    deadline: {{within: 30 days, then: {{to: lapsed}}}}
    actions: {{resubmit: {{to: received}}}}
  approved: {{closed: granted}}
  rejected: {{closed: refused, appeal: none}}
  lapsed:   {{closed: lapsed}}
"""
_EXAMPLES = """uruk: examples/1
today: 2026-11-01
examples:
  approved:
    applicant: {number: "999000000001"}
    answers: {application_name: A, details: B}
    outcomes: {received: approve}
    expect: {closed: granted}
  rejected: {like: approved, change: {outcomes.received: reject}, expect: {closed: refused}}
  late: {like: approved, change: {outcomes.received: late}, expect: {closed: lapsed}}
  sent-back:
    like: approved
    change: {outcomes.received: send_back}
    expect: {state: correcting, task: applicant, deadline: 2026-12-01}
  never-mended: {like: sent-back, change: {outcomes.correcting: late}, expect: {closed: lapsed}}
  mended:
    like: approved
    change: {outcomes.received: [send_back, approve], outcomes.correcting: resubmit}
    expect: {closed: granted}
"""
_TITLE = Text("الخدمة {name}", "خزمەتگوزاریی {name}", "{name}")
_TEXTS: Mapping[str, Mapping[str, Text]] = {
    "steps.application": {"title": Text("الطلب", "داواکاری", "Application")},
    "fields": {
        "application_name": Text("اسم الطلب", "ناوی داواکاری", "Name of the application"),
        "details": Text("التفاصيل", "وردەکارییەکان", "Details"),
        "faults": Text("ما يجب تصحيحه", "ئەوەی دەبێت ڕاست بکرێتەوە", "What must be corrected"),
    },
    "states": {
        "received": Text("قيد النظر", "لە پێداچوونەوەدایە", "Received"),
        "correcting": Text("أعيد للتصحيح", "گەڕێندراوەتەوە بۆ ڕاستکردنەوە", "Sent back to be corrected"),
        "approved": Text("مقبول", "پەسەندکرا", "Approved"),
        "rejected": Text("مرفوض", "ڕەتکرایەوە", "Rejected"),
        "lapsed": Text("سقط بمضي المدة", "ماوەکەی بەسەرچوو", "Lapsed"),
    },
    "actions": {
        "approve": Text("قبول", "پەسەندکردن", "Approve"),
        "reject": Text("رفض", "ڕەتکردنەوە", "Reject"),
        "send_back": Text("إعادة للتصحيح", "گەڕاندنەوە بۆ ڕاستکردنەوە", "Send back"),
        "resubmit": Text("إعادة التقديم", "پێشکەشکردنەوە", "Resubmit"),
    },
}


def service_files(title: str, role: str) -> dict[str, bytes]:
    """The files of a service of that title whose tasks are a role's."""
    found = {"service.yaml": _SERVICE.format(role=role).encode(), "examples.yaml": _EXAMPLES.encode()}
    for language in ("ar", "ckb", "en"):
        texts = {part: {name: one.get(language) for name, one in said.items()} for part, said in _TEXTS.items()}
        steps = {"application": texts.pop("steps.application")}
        whole = {"title": _TITLE.get(language).replace("{name}", title), "steps": steps, **texts}
        lines = ["uruk: texts/1", *(f"{name}: {json.dumps(one, ensure_ascii=False)}" for name, one in whole.items())]
        found[f"texts.{language}.yaml"] = ("\n".join(lines) + "\n").encode()
    return found
