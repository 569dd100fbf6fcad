"""A small country with two types of document, and letters to seal."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import typst

from uruk.definitions.api import Country, load_country
from uruk.documents.kind import DOCUMENT_KIND

TEMPLATE = '#import "/layout.typ": *\n#show: paper\n#statement()\n#fields()\n'
COVER = '#import "/layout.typ": *\n#show: paper\n#cover()\n#fields()\n'
FILES = {
    "country.yaml": "uruk: country/1\ncode: xx\ntexts:\n  name: {ar: بلد, ckb: وڵات, en: Country}\n",
    "laws.yaml": (
        "uruk: laws/1\nlaws:\n  e-signature: {number: 78, year: 2012, source: unknown, articles: ['13']}\n"
        "texts:\n  e-signature: {title: {ar: قانون التوقيع, ckb: یاسای واژۆ, en: Signature Act}}\n"
    ),
    "institutions/interior/institution.yaml": (
        "uruk: institution/1\nroles: {registrar: {may: [see-person]}, head: {}, clerk: {}}\ntexts:\n"
        "  name: {ar: وزارة, ckb: وەزارەت, en: Ministry}\n  roles:\n"
        "    registrar: {ar: مسجل, ckb: تۆمارکار, en: Registrar}\n"
        "    head: {ar: رئيس, ckb: سەرۆک, en: Head}\n    clerk: {ar: كاتب, ckb: نووسەر, en: Clerk}\n"
    ),
}
PERMIT = {
    "document.yaml": """uruk: document/1
number: 1
law: e-signature/13
ways: [fill]
seal: [registrar]
release: [head]
validity: 1 year
holder: number
fields:
  name: {type: text, max: 40, script: arabic, qr: 1}
  number: {type: national_number, required: false}
  kind: {type: choice, of: [small, large], qr: 2}
  since: {type: date, qr: 3}
  fee: {type: money, required: false}
  phone: {type: text, max: 30, required: false}
conditions:
  since: {must: since <= today, law: e-signature/13}
""",
    "texts.ar.yaml": """uruk: texts/1
title: إجازة
statement: تشهد {institution} بأن {name} مجاز.
fields: {name: الاسم, number: الرقم, kind: النوع, since: منذ, fee: الرسم, phone: الهاتف}
choices: {kind: {small: صغير, large: كبير}}
conditions: {since: التاريخ لا يكون بعد اليوم.}
""",
    "texts.ckb.yaml": """uruk: texts/1
title: مۆڵەت
statement: "{institution} پشتڕاستی دەکاتەوە کە {name} مۆڵەتی هەیە."
fields: {name: ناو, number: ژمارە, kind: جۆر, since: لە, fee: ڕسوم, phone: تەلەفۆن}
choices: {kind: {small: بچووک, large: گەورە}}
conditions: {since: بەروار نابێت دوای ئەمڕۆ بێت.}
""",
    "document.typ": TEMPLATE,
}
LETTER = {
    "document.yaml": """uruk: document/1
number: 2
law: e-signature/13
ways: [seal]
seal: [registrar, clerk]
release: [head]
validity: forever
fields:
  subject: {type: text, max: 60, qr: 1}
""",
    "texts.ar.yaml": "uruk: texts/1\ntitle: كتاب\nfields: {subject: الموضوع}\n",
    "texts.ckb.yaml": "uruk: texts/1\ntitle: نووسراو\nfields: {subject: بابەت}\n",
    "document.typ": COVER,
}
NUMBER = "198012345678"
VALUES = {"name": "زينب علي", "number": NUMBER, "kind": "small", "since": "٢٠٢٠-٠٣-٠١", "phone": "+964 770 123 4567"}


def country_files() -> dict[str, str]:
    """The country's files by path."""
    folder = "institutions/interior/documents"
    permit = {f"{folder}/permit/{name}": text for name, text in PERMIT.items()}
    return FILES | permit | {f"{folder}/letter/{name}": text for name, text in LETTER.items()}


def write_country(files: dict[str, str]) -> Path:
    """The files as a folder."""
    root = Path(mkdtemp(prefix="uruk-country-"))
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@cache
def sample_country() -> Country:
    """The country, loaded."""
    return load_country(write_country(country_files()), [DOCUMENT_KIND])


@cache
def scanned_letter(text: str = "كتاب") -> bytes:
    """A PDF as an office program makes one."""
    return typst.compile(f'#set page(paper: "a4")\n{text}'.encode(), timestamp=1_795_392_000)
