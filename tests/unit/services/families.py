"""Who acts for whom in the small country: parents by the ministry's own registry, managers by the town's."""

from functools import cache

from tests.unit.documents.samples import write_country
from tests.unit.services.samples import AGREEMENT, WORDS, QuietKind, country_files
from uruk.definitions.api import Country, load_country
from uruk.documents.kind import DOCUMENT_KIND
from uruk.exchange.api import AGREEMENT_KIND, SUBSYSTEM_KIND
from uruk.registries.kind import REGISTRY_KIND

CHILD, GROWN, FIRM = "201512345678", "200001010101", "100001"
FAMILIES = """uruk: registry/1
keys: [[number]]
subject: number
title: [name]
keep: forever
fields:
  number: {type: national_number}
  name:   {type: text, max: 60, personal: true}
  born:   {type: date}
  father: {type: national_number, required: false, find: true}
match: {born: born}
roles:
  registrar: [read, propose]
offers:
  of-father: {list: [number, name, born], by: [father]}
mandates:
  father: {as: guardian, offer: of-father, while: "years(born, today) < 18", law: e-signature/13}
"""
FIRMS = """uruk: registry/1
keys: [[number]]
subject: manager
title: [name]
keep: forever
fields:
  number:  {type: text, max: 20}
  name:    {type: text, max: 60}
  state:   {type: choice, of: [open, closed]}
  manager: {type: national_number, find: true}
roles:
  clerk: [read, propose]
offers:
  of-manager: {list: [number, name, state], by: [manager]}
mandates:
  manager: {as: company, offer: of-manager, while: state == 'open', law: e-signature/13}
"""
CLUB = """uruk: service/1
for: [person, guardian, company]
assurance: ASSURANCE
channels: [web, counter]
e_signature: allowed
fee: none
keep: 10 years
facts:
  family: {read: families, with: {number: applicant.number}}
steps:
  club:
    fields:
      club: {type: text, max: 40}
conditions: {}
states:
  received:
    task: registrar
    sees: [answers, facts.family]
    deadline: {within: 10 working days, then: {to: lapsed}}
    actions: {accept: {to: granted}, send_back: {to: correcting, fields: {faults: {type: marks}}}}
  correcting:
    task: applicant
    deadline: {within: 30 days, then: {to: lapsed}}
    actions: {resubmit: {to: received}, withdraw: {to: withdrawn}}
  granted: {closed: granted, do: [{notify: granted}]}
  lapsed: {closed: lapsed}
  withdrawn: {closed: withdrawn}
"""


def family_files(assurance: str = "seen", families: str = FAMILIES) -> dict[str, str]:
    """The files by path."""
    files = country_files()
    files["institutions/interior/registries/families/registry.yaml"] = families
    files["institutions/town/registries/firms/registry.yaml"] = FIRMS
    files["institutions/town/agreements/club-firms.yaml"] = AGREEMENT.format(offer="firms/of-manager").replace(
        "interior/canal", "interior/club"
    )
    base = "institutions/interior/services/club"
    files |= {
        f"{base}/service.yaml": CLUB.replace("ASSURANCE", assurance),
        f"{base}/examples.yaml": "uruk: examples/1\n",
    }
    for lang, word in WORDS.items():
        files[f"institutions/interior/registries/families/texts.{lang}.yaml"] = (
            f"uruk: texts/1\ntitle: {word}\nfields: {{number: {word}, name: {word}, born: {word}, father: {word}}}\n"
            f"offers: {{of-father: {word}}}\nmandates: {{father: {word} father}}\n"
        )
        files[f"institutions/town/registries/firms/texts.{lang}.yaml"] = (
            f"uruk: texts/1\ntitle: {word}\nfields: {{number: {word}, name: {word}, state: {word}, manager: {word}}}\n"
            f"choices: {{state: {{open: {word}, closed: {word}}}}}\noffers: {{of-manager: {word}}}\n"
            f"mandates: {{manager: {word} manager}}\n"
        )
        files[f"{base}/texts.{lang}.yaml"] = (
            f"uruk: texts/1\ntitle: {word}\nsteps: {{club: {{title: {word}}}}}\n"
            f"fields: {{club: {word}, faults: {word}}}\nfacts: {{family: {word}}}\n"
            f"states: {{received: {word}, correcting: {word}}}\nnotices: {{granted: {word} granted}}\n"
        )
    return files


@cache
def family_country(assurance: str = "seen") -> Country:
    """The country, loaded."""
    kinds = [AGREEMENT_KIND, DOCUMENT_KIND, REGISTRY_KIND, SUBSYSTEM_KIND, QuietKind()]
    return load_country(write_country(family_files(assurance)), kinds)
