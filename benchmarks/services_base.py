"""What the benchmarks of services share: an institution with a registry and three services, a citizen with a card.

`permit` rests on one fact of the own registry and is decided by itself, `letter` by a clerk; `survey` has a hundred
fields and a hundred rules, and `form` besides a condition on every second field. Its name stands first among theirs,
because it makes Django ready.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "uruk.web.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from tests.unit.documents.samples import FILES, write_country  # noqa: E402
from tests.unit.services.samples import QuietKind  # noqa: E402

from uruk.acts.api import establish, open_log_writer, use_appender  # noqa: E402
from uruk.definitions.api import load_country  # noqa: E402
from uruk.kernel.api import Actor, Text  # noqa: E402
from uruk.people.api import claim, create_account, register_officer, see  # noqa: E402
from uruk.publishing.api import publish_country  # noqa: E402
from uruk.registries.api import REGISTRY_KIND, Change, change  # noqa: E402

HOME, NUMBER, PASSWORD = "interior", "198012345678", "a password of the benchmark"
FIELDS = 100
_TICK = os.sysconf("SC_CLK_TCK")
A_STEP = 10
INSTITUTION = """uruk: institution/1
personal: true
roles: {clerk: {may: [see-person, reassign-cases]}}
texts:
  name: {ar: وزارة, ckb: وەزارەت}
  roles: {clerk: {ar: كاتب, ckb: نووسەر}}
"""
CARDS = """uruk: registry/1
keys: [[number]]
subject: number
keep: forever
title: [name]
fields:
  number: {type: national_number}
  name:   {type: text, max: 80}
roles:
  clerk: [read, propose]
"""
HEAD = """uruk: service/1
for: [person]
assurance: seen
channels: [web, counter]
e_signature: allowed
fee: none
keep: 10 years
"""
PERMIT = f"""{HEAD}facts:
  card: {{read: cards, with: {{number: applicant.number}}}}
steps:
  trade:
    fields:
      name: {{type: text, max: 40}}
      area: {{type: integer, unit: m2, min: 1, max: 100}}
conditions:
  known: {{must: facts.card.found, law: e-signature/13}}
  small: {{must: answers.area <= 50, law: e-signature/13}}
states:
  received:
    next:
      - {{when: size(failed) > 0, to: refused}}
      - {{to: granted}}
  granted: {{closed: granted}}
  refused: {{closed: refused, appeal: none}}
"""
# What a clerk decides, one case after the other.
LETTER = (
    PERMIT.replace("  received:\n    next:", "  received: {next: [{to: review}]}\n  review:\n    NEXT").partition(
        "    NEXT"
    )[0]
    + """\
    task: clerk
    sees: [answers]
    deadline: {within: 10 working days, then: {to: refused}}
    actions: {accept: {to: granted}, refuse: {to: refused}}
  granted: {closed: granted}
  refused: {closed: refused, appeal: none}
"""
)
WORDS = {"ar": "نص", "ckb": "دەق"}
TEXTS = (
    "steps: {{trade: {{title: {0}}}}}\nfields: {{name: {0}, area: {0}}}\nfacts: {{card: {0}}}\n"
    "conditions: {{known: {0}, small: {0}}}\nstates: {{received: {0}, granted: {0}, refused: {0}{1}}}\n"
)


def survey(asked: str = "") -> str:
    """A service of a hundred numbers, ten a page, and a hundred rules over two of them each.

    `asked`: on what every second field is asked, of a field of the page before.
    """
    steps = "".join(
        f"  page{at // A_STEP}:\n    fields:\n"
        + "".join(
            f"      n{one}: {{type: integer, min: 0, max: 100000{when}}}\n"
            for one in range(at, at + A_STEP)
            for when in (asked.format(one - A_STEP) if one % 2 and at else "",)
        )
        for at in range(0, FIELDS, A_STEP)
    )
    rules = "".join(
        f"  c{at}: {{must: answers.n{at} + answers.n{(at + 1) % FIELDS} <= 150000, law: e-signature/13}}\n"
        for at in range(FIELDS)
    )
    states = PERMIT.partition("states:\n")[2]
    return f"{HEAD}facts: {{}}\nsteps:\n{steps}conditions:\n{rules}states:\n{states}"


def texts(word: str) -> dict[str, str]:
    """The sentences of each service."""
    return {
        "permit": TEXTS.format(word, ""),
        "letter": TEXTS.format(word, f", review: {word}"),
        "survey": survey_texts(word),
        "form": survey_texts(word),
    }


def survey_texts(word: str) -> str:
    """A sentence for each of its pages, fields and rules."""
    parts = {
        "steps": {f"page{at}": f"{{title: {word}}}" for at in range(FIELDS // A_STEP)},
        "fields": {f"n{at}": f"{word} {at}" for at in range(FIELDS)},
        "conditions": {f"c{at}": word for at in range(FIELDS)},
        "states": dict.fromkeys(("received", "granted", "refused"), word),
    }
    return "".join(
        f"{part}: {{{', '.join(f'{name}: {said}' for name, said in names.items())}}}\n" for part, names in parts.items()
    )


def country_files() -> dict[str, str]:
    """The country's files by path."""
    base = f"institutions/{HOME}"
    files = FILES | {f"{base}/institution.yaml": INSTITUTION, f"{base}/registries/cards/registry.yaml": CARDS}
    for lang, word in WORDS.items():
        files[f"{base}/registries/cards/texts.{lang}.yaml"] = (
            f"uruk: texts/1\ntitle: {word}\nfields: {{number: {word}, name: {word}}}\n"
        )
        for code, said in texts(word).items():
            files[f"{base}/services/{code}/texts.{lang}.yaml"] = f"uruk: texts/1\ntitle: {word}\n{said}"
    form = survey(", when: answers.n{} >= 0")
    for code, definition in (("permit", PERMIT), ("letter", LETTER), ("survey", survey()), ("form", form)):
        files[f"{base}/services/{code}/service.yaml"] = definition
        files[f"{base}/services/{code}/examples.yaml"] = "uruk: examples/1\n"
    return files


def furnish() -> tuple[Actor, Actor]:
    """The tables of a node, the institution with its services in force; a citizen whose card was seen, and a clerk."""
    call_command("migrate", verbosity=0)
    writer, system, since = open_log_writer("xx"), Actor.system(HOME), datetime(2026, 1, 1, tzinfo=UTC)
    use_appender(writer)
    establish(HOME, Text("وزارة", "وەزارەت"), "xx")
    publish_country(system, load_country(write_country(country_files()), [REGISTRY_KIND, QuietKind()]))
    names = Text("كاتب", "نووسەر")
    officer = register_officer(system, HOME, "clerk", "officer", names, since=since, password=PASSWORD)
    clerk = Actor(channel="desk", person=officer, institution=HOME, role="clerk")
    citizen = admit(clerk, NUMBER)
    change(system, HOME, "cards", [Change("create", values={"number": NUMBER, "name": "سارة"})], "letter 7")
    use_appender(None)
    writer.close()
    return citizen, clerk


def admit(clerk: Actor, number: str) -> Actor:
    """Somebody with an account, whose number a clerk has seen."""
    person = create_account(PASSWORD)
    claim(person, "national", number)
    see(clerk, person, "national", number)
    return Actor(channel="portal", person=person)


def middle_us(call: Callable[[], object], rounds: int) -> float:
    """Microseconds of this process's work that a call takes, the median; the first fifth fills caches."""
    found = []
    for at in range(rounds + rounds // 5):
        before = time.process_time()
        call()
        if at >= rounds // 5:
            found.append((time.process_time() - before) * 1e6)
    return round(median(found), 1)


def spent_s(server: int) -> float:
    """Processor time so far of a server with all its processes, and of PostgreSQL's for this database."""
    parents = {
        int(path.parent.name): int(said[1]) for path in Path("/proc").glob("[0-9]*/stat") if (said := _stat(path))
    }
    found = {server}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            found |= {pid for (pid,) in cursor.fetchall()}
    return sum(_of(Path(f"/proc/{one}/stat")) for one in found)


def _of(path: Path) -> float:
    """Its own, and of its children that have ended."""
    said = _stat(path)
    return sum(map(int, said[11:15])) / _TICK if said else 0.0


def _stat(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def numbers(seed: int) -> dict[str, int]:
    """Answers of the survey."""
    pick = random.Random(seed)
    return {f"n{at}": pick.randrange(70_000) for at in range(FIELDS)}
