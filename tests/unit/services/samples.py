"""A small country: `stall` rests on the own institution alone, `canal` on another one too, `licence` on officers."""

from functools import cache

from tests.unit.documents.samples import PERMIT, write_country
from tests.unit.registries.samples import country_files as files_of_registries
from uruk.definitions.api import Country, Findings, Parsings, load_country
from uruk.documents.kind import DOCUMENT_KIND
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.registries.kind import REGISTRY_KIND
from uruk.services.kind import ServiceKind

NUMBER, OTHER_NUMBER = "198012345678", "199012345678"
TOWN = (
    "uruk: institution/1\npersonal: true\nroles: {clerk: {}}\n"
    "texts:\n  name: {ar: بلدة, ckb: شارۆچکە, en: Town}\n  roles:\n    clerk: {ar: كاتب, ckb: نووسەر, en: Clerk}\n"
)
RESIDENTS = {
    "registry.yaml": """uruk: registry/1
keys: [[number]]
subject: number
keep: forever
fields:
  number: {type: national_number}
  quarter: {type: text, max: 40}
roles:
  clerk: [read, propose]
offers:
  by-number: {read: [number, quarter]}
""",
    "texts.ar.yaml": (
        "uruk: texts/1\ntitle: السكان\nfields: {number: الرقم, quarter: الحي}\noffers: {by-number: ساكن}\n"
    ),
    "texts.ckb.yaml": (
        "uruk: texts/1\ntitle: دانیشتووان\nfields: {number: ژمارە, quarter: گەڕەک}\noffers: {by-number: دانیشتوو}\n"
    ),
}
CANALS = {
    "registry.yaml": """uruk: registry/1
keys: [[code]]
keep: forever
fields:
  code: {type: text, max: 20}
  granted_m3: {type: integer, unit: m3, min: 0}
capacity: {of: granted_m3, hold: 2 days}
roles:
  clerk: [read, propose]
offers:
  water: {capacity: reserve}
""",
    "texts.ar.yaml": (
        "uruk: texts/1\ntitle: القنوات\nfields: {code: الرمز, granted_m3: الممنوح, left_m3: المتبقي}\n"
        "offers: {water: حجز}\n"
    ),
    "texts.ckb.yaml": (
        "uruk: texts/1\ntitle: جۆگەکان\nfields: {code: کۆد, granted_m3: پێدراو, left_m3: ماوە}\noffers: {water: گرتن}\n"
    ),
}
AGREEMENT = """uruk: agreement/1
consumer: interior/canal
offer: town/{offer}
fields: all
law: e-signature/13
valid: {{from: 2026-01-01, until: 2027-12-31}}
limits: {{per_minute: 600, per_day: 50000}}
texts: {{purpose: {{ar: غرض, ckb: مەبەست, en: Purpose}}}}
"""
STALL = """uruk: service/1
for: [person]
assurance: seen
channels: [web, counter]
e_signature: allowed
fee: none
keep: 10 years
facts:
  card: {read: cards, with: {number: applicant.number}}
steps:
  stall:
    fields:
      name: {type: text, max: 40}
      area: {type: integer, unit: m2, min: 1, max: 100}
      well: {type: text, max: 20}
values:
  wanted_m2: {type: integer, unit: m2, is: answers.area}
conditions:
  known: {must: facts.card.found, law: e-signature/13}
states:
  received:
    next:
      - {when: size(failed) > 0, to: refused}
      - {when: wanted_m2 <= 10, to: reserving}
      - {to: review}
  review:
    task: registrar
    sees: [answers, values, facts.card]
    deadline: {within: 10 working days, then: {task: head}}
    actions:
      accept:    {to: reserving}
      refuse:    {to: refused, second: head, fields: {ground: {type: choice, of: [space, papers]}}}
      send_back: {to: correcting, fields: {faults: {type: marks}}}
      reviews:   {to: asked_around}
  asked_around:
    waits: reviews
    reviews: {by: [clerk, head], join: all}
    outcomes: {agreed: reserving, objected: refused}
    deadline: {within: 5 working days, then: {task: head}}
    actions: {withdraw: {to: withdrawn}}
  correcting:
    task: applicant
    deadline: {within: 30 days, then: {to: lapsed}}
    actions:
      resubmit: {to: received}
      withdraw: {to: withdrawn}
  reserving:
    waits: interior
    do:
      - {reserve: wells, with: {code: answers.well}, amount: wanted_m2}
    outcomes: {done: granted, short: refused}
    deadline: {within: 5 working days, then: {task: head}}
  granted:
    closed: granted
    do:
      - {record: shops, with: {code: answers.name, name: answers.name, area: wanted_m2}}
      - {notify: granted}
  refused:
    closed: refused
    appeal: {to: review, task: head, within: 30 days}
    do:
      - {notify: refused}
  lapsed:    {closed: lapsed}
  withdrawn: {closed: withdrawn}
"""
CANAL = """uruk: service/1
for: [person]
assurance: seen
channels: [web]
e_signature: allowed
fee: none
keep: 10 years
facts:
  resident: {ask: town/residents/by-number, with: {number: applicant.number}}
steps:
  water:
    fields:
      canal: {type: text, max: 20}
      amount: {type: integer, unit: m3, min: 1, max: 1000}
conditions:
  resident: {must: facts.resident.found, law: e-signature/13}
states:
  received:
    next:
      - {when: size(failed) > 0, to: refused}
      - {to: reserving}
  reserving:
    waits: town
    do:
      - {reserve: town/canals, with: {code: answers.canal}, amount: answers.amount}
    outcomes: {done: granted, short: refused}
    deadline: {within: 5 working days, then: {to: given_up}}
  given_up:
    closed: refused
    appeal: none
    do: [{release: town/canals}]
  granted: {closed: granted}
  refused: {closed: refused, appeal: none}
"""
# Another person signs, a fee is paid, and what is granted opens a case of another service.
FAIR = """uruk: service/1
for: [person]
assurance: seen
channels: [web, counter]
e_signature: allowed
fee: {amount_iqd: "5000", law: e-signature/13}
keep: 10 years
facts: {}
steps:
  partner:
    fields:
      partner: {type: national_number}
      amount: {type: integer, unit: m3, min: 1, max: 1000}
    cosign: {number: partner, law: e-signature/13}
conditions: {}
states:
  signing:
    waits: cosigner
    outcomes: {signed: paying, declined: refused}
    deadline: {within: 5 working days, then: {to: refused}}
  paying:
    waits: fee
    outcomes: {paid: granted}
    deadline: {within: 5 working days, then: {to: refused}}
  granted:
    closed: granted
    do: [{open: canal, with: {amount: answers.amount, canal: "'C1'"}}]
  refused: {closed: refused, appeal: none}
"""
# What is granted is a paper of two officers, which is revoked where it is taken back.
LICENCE = """uruk: service/1
for: [person]
assurance: seen
channels: [web, counter]
e_signature: allowed
fee: none
keep: 10 years
facts: {}
steps:
  trade:
    fields:
      name: {type: text, max: 40, script: arabic}
      kind: {type: choice, of: [small, large]}
      since: {type: date}
conditions: {}
states:
  received:
    next: [{when: answers.kind == 'large', to: granting}, {to: issued}]
  granting:
    do:
      - issue: permit
        with: {name: answers.name, number: applicant.number, kind: answers.kind, since: answers.since}
    next: [{when: answers.name == 'مؤقت', to: taken_back}, {to: granted}]
  issued:
    task: clerk
    sees: [answers]
    do:
      - issue: permit
        with: {name: answers.name, number: applicant.number, kind: answers.kind, since: answers.since}
      - {notify: issued}
    deadline: {within: 10 working days, then: {to: ended}}
    actions:
      take_back: {to: taken_back}
  taken_back:
    waits: interior
    do: [{revoke: permit}, {notify: taken_back}]
    outcomes: {done: ended}
    deadline: {within: 5 working days, then: {task: head}}
  granted: {closed: granted}
  ended: {closed: lapsed}
"""
WORDS = {
    "ar": "نص", "ckb": "دەق",
}  # fmt: skip


def texts(lang: str, service: str, more: str = "") -> str:
    """Sentences of a service; what they say is not looked at, only that there are some."""
    word = WORDS[lang]
    if service == "fair":
        return f"""uruk: texts/1
title: {word}
steps: {{partner: {{title: {word}}}}}
fields: {{partner: {word}, amount: {word}}}
states: {{signing: {word}, paying: {word}}}
"""
    if service == "licence":
        return f"""uruk: texts/1
title: {word}
steps: {{trade: {{title: {word}}}}}
fields: {{name: {word}, kind: {word}, since: {word}}}
choices: {{kind: {{small: {word}, large: {word}}}}}
actions: {{take_back: {word}}}
states: {{granting: {word}, issued: {word}, taken_back: {word}, ended: {word}}}
notices: {{issued: {word} issued, taken_back: {word} taken}}
"""
    if service == "canal":
        return f"""uruk: texts/1
title: {word}
steps: {{water: {{title: {word}}}}}
fields: {{canal: {word}, amount: {word}}}
facts: {{resident: {word}}}
conditions: {{resident: {word}}}
states: {{received: {word}, reserving: {word}, granted: {word}, refused: {word}, given_up: {word}}}
"""
    return f"""uruk: texts/1
title: {word}
steps: {{stall: {{title: {word}}}}}
fields: {{name: {word}, area: {word}, well: {word}, ground: {word}, faults: {word}{more}}}
choices: {{ground: {{space: {word}, papers: {word}}}}}
facts: {{card: {word}}}
values: {{wanted_m2: {word}}}
conditions: {{known: {word}}}
actions: {{reviews: {word}}}
states: {{review: {word}, asked_around: {word}, correcting: {word}, reserving: {word}}}
notices: {{granted: {word} granted, refused: {word} refused}}
"""


class QuietKind(ServiceKind):
    """Services whose examples nobody tries: these tests play them for real."""

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """Nothing."""


def country_files(stall: str = STALL, canal: str = CANAL) -> dict[str, str]:
    """The country's files by path."""
    files = files_of_registries() | {"institutions/town/institution.yaml": TOWN}
    for code, parts in {"residents": RESIDENTS, "canals": CANALS}.items():
        files |= {f"institutions/town/registries/{code}/{name}": text for name, text in parts.items()}
    for code, offer in {"residents": "residents/by-number", "canals": "canals/water"}.items():
        files[f"institutions/town/agreements/interior-{code}.yaml"] = AGREEMENT.format(offer=offer)
    files |= {f"institutions/interior/documents/permit/{name}": text for name, text in PERMIT.items()}
    more = ", street: شارع" if "street:" in stall else ""
    for code, service in {"stall": stall, "canal": canal, "fair": FAIR, "licence": LICENCE}.items():
        base = f"institutions/interior/services/{code}"
        files |= {f"{base}/service.yaml": service, f"{base}/examples.yaml": "uruk: examples/1\n"}
        files |= {f"{base}/texts.{lang}.yaml": texts(lang, code, more) for lang in WORDS}
    return files


@cache
def sample_country(stall: str = STALL, canal: str = CANAL) -> Country:
    """The country, loaded."""
    kinds = [AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SUBSYSTEM_KIND, QuietKind()]
    return load_country(write_country(country_files(stall, canal)), kinds)
