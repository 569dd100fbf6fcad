"""A country in which seats of a course are given in rounds: `course` by two officers, `bazaar` by itself."""

from functools import cache

from tests.unit.documents.samples import write_country
from tests.unit.services.samples import WORDS, QuietKind, country_files
from uruk.definitions.api import Country, load_country
from uruk.documents.kind import DOCUMENT_KIND
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.registries.kind import REGISTRY_KIND

ENDS = "2026-11-30"
COURSE = """uruk: service/1
for: [person]
assurance: seen
channels: [web, counter]
e_signature: allowed
fee: none
keep: 5 years
facts:
  well: {read: wells, with: {code: answers.course}}
steps:
  course:
    fields:
      course: {type: text, max: 20}
      ends: {type: date}
      points: {type: integer, min: 0, max: 100}
      village: {type: yes_no}
conditions: {}
round:
  call: answers.course
  ends: answers.ends
  places: facts.well.granted_m3
  order: [{most: answers.points}]
  ties: lot
  quotas: {village: {when: answers.village, places: "1"}}
  waiting: 2
  law: e-signature/13
  task: registrar
  second: head
states:
  received:
    next: [{to: ranked}]
  ranked:
    waits: round
    outcomes: {placed: offered, waiting: listed, unplaced: refused}
    actions: {withdraw: {to: withdrawn}}
    deadline: {within: 90 days, from: answers.ends, then: {to: lapsed}}
  listed:
    waits: round
    outcomes: {placed: offered}
    actions: {withdraw: {to: withdrawn}}
    deadline: {within: 60 days, then: {to: refused}}
  offered:
    task: applicant
    actions: {take: {to: granted}, withdraw: {to: withdrawn}}
    deadline: {within: 5 working days, then: {to: lapsed}}
  granted: {closed: granted}
  refused: {closed: refused, appeal: none}
  lapsed: {closed: lapsed}
  withdrawn: {closed: withdrawn}
"""
BAZAAR = COURSE.replace("  task: registrar\n  second: head\n", "").replace("ties: lot", "ties: arrival")
# A case is looked at before it may take part; who ranks by a fact of another institution waits for that.
FAIR = (
    COURSE.replace("next: [{to: ranked}]", "next: [{when: answers.points == 1, to: checking}, {to: ranked}]")
    .replace("  second: head\n", "")
    .replace("ties: lot", "ties: arrival")
    .replace("facts:\n", "facts:\n  resident: {ask: town/residents/by-number, with: {number: applicant.number}}\n")
    .replace("{when: answers.village, ", "{when: facts.resident.quarter == 'الكرخ', ")
    .replace(
        "  ranked:\n",
        "  checking:\n    task: clerk\n    sees: [answers]\n    deadline: {within: 60 days, then: {task: head}}\n"
        "    actions: {accept: {to: ranked}, send_back: {to: mending, fields: {faults: {type: marks}}}}\n"
        "  mending:\n    task: applicant\n    deadline: {within: 60 days, then: {to: lapsed}}\n"
        "    actions: {resubmit: {to: checking}}\n  ranked:\n",
    )
)
SERVICES = {"course": COURSE, "bazaar": BAZAAR, "canal": FAIR}


def _texts(lang: str, code: str) -> str:
    word = WORDS[lang]
    more = f"\n  resident: {word}" if code == "canal" else ""
    states = ", ".join(f"{name}: {word}" for name in ("ranked", "listed", "offered"))
    states += f", checking: {word}, mending: {word}" if code == "canal" else ""
    fields = f"course: {word}, ends: {word}, points: {word}, village: {word}"
    fields += f", faults: {word}" if code == "canal" else ""
    return f"""uruk: texts/1
title: {word}
steps: {{course: {{title: {word}}}}}
fields: {{{fields}}}
facts:
  well: {word}{more}
states: {{{states}}}
actions: {{take: {word}}}
quotas: {{village: {word} village}}
"""


@cache
def rounds_country() -> Country:
    """The country of the other tests of services, with services that decide in rounds beside the others."""
    files = country_files()
    for code, service in SERVICES.items():
        base = f"institutions/interior/services/{code}"
        files |= {f"{base}/service.yaml": service, f"{base}/examples.yaml": "uruk: examples/1\n"}
        files |= {f"{base}/texts.{lang}.yaml": _texts(lang, code) for lang in WORDS}
    kinds = [AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SUBSYSTEM_KIND, QuietKind()]
    return load_country(write_country(files), kinds)
