"""Two institutions: the ministry asks the town what it thinks of a quarry; the agreement lets two fields through."""

from functools import cache

from tests.unit.documents.samples import write_country
from tests.unit.services.samples import AGREEMENT, WORDS, QuietKind, country_files
from uruk.definitions.api import Country, load_country
from uruk.documents.kind import DOCUMENT_KIND
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.registries.kind import REGISTRY_KIND

QUARRY = """uruk: service/1
for: [person]
assurance: seen
channels: [web]
e_signature: allowed
fee: none
keep: 10 years
facts: {}
steps:
  quarry:
    fields:
      place: {type: text, max: 40}
      depth_m: {type: integer, unit: m, min: 1, max: 100}
      secret: {type: text, max: 40}
values:
  double_m: {type: integer, unit: m, is: answers.depth_m * 2}
conditions: {}
states:
  asked_around:
    waits: reviews
    reviews: {by: [head, town], join: all, with: {where: answers.place, deep_m: double_m}}
    outcomes: {agreed: granted, objected: refused}
    deadline: {within: 5 working days, then: {task: registrar}}
  granted: {closed: granted}
  refused: {closed: refused, appeal: none}
"""
OPINION = """uruk: service/1
for: [person, company]
assurance: declared
channels: [exchange]
e_signature: allowed
fee: none
keep: 10 years
facts:
  resident: {read: residents, with: {number: applicant.number}}
steps:
  where:
    fields:
      where: {type: text, max: 40}
      deep_m: {type: integer, unit: m, min: 1, max: 100}
      extra: {type: text, max: 40, required: false}
conditions: {}
states:
  received:
    task: clerk
    sees: [answers, facts.resident]
    deadline: {within: 10 working days, then: {to: late}}
    actions:
      accept: {to: fine}
      refuse: {to: bad, fields: {why: {type: long_text, max: 300}}}
  fine: {closed: granted}
  bad: {closed: refused, appeal: none}
  late: {closed: lapsed}
"""
FIELDS = "fields: [where, deep_m, review_state, review_note, review_receipt]"


def opinion_files(
    quarry: str = QUARRY, opinion: str = OPINION, fields: str = FIELDS, agreement: bool = True
) -> dict[str, str]:
    """The files by path."""
    files = country_files()
    if agreement:
        written = AGREEMENT.format(offer="opinion/reviews").replace("interior/canal", "interior/quarry")
        files["institutions/town/agreements/quarry-opinion.yaml"] = written.replace("fields: all", fields)
    ours, theirs = "institutions/interior/services/quarry", "institutions/town/services/opinion"
    for base, text in ((ours, quarry), (theirs, opinion)):
        files |= {f"{base}/service.yaml": text, f"{base}/examples.yaml": "uruk: examples/1\n"}
    for lang, word in WORDS.items():
        files[f"{ours}/texts.{lang}.yaml"] = (
            f"uruk: texts/1\ntitle: {word}\nsteps: {{quarry: {{title: {word}}}}}\n"
            f"fields: {{place: {word}, depth_m: {word}, secret: {word}}}\nvalues: {{double_m: {word}}}\n"
            f"states: {{asked_around: {word}}}\n"
        )
        files[f"{theirs}/texts.{lang}.yaml"] = (
            f"uruk: texts/1\ntitle: {word}\nsteps: {{where: {{title: {word}}}}}\n"
            f"fields: {{where: {word}, deep_m: {word}, extra: {word}, why: {word}}}\nfacts: {{resident: {word}}}\n"
            f"states: {{received: {word}}}\noffers: {{reviews: {word}}}\n"
        )
    return files


@cache
def opinion_country() -> Country:
    """The country, loaded."""
    kinds = [AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SUBSYSTEM_KIND, QuietKind()]
    return load_country(write_country(opinion_files()), kinds)
