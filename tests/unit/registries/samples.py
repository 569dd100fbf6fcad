"""A small country with two institutions and registries of every sort: free, with a second person, about persons."""

from functools import cache

from tests.unit.documents.samples import FILES, write_country
from uruk.definitions.api import Country, load_country
from uruk.registries.kind import REGISTRY_KIND

INTERIOR = (
    "uruk: institution/1\npersonal: true\n"
    "roles: {registrar: {may: [see-person]}, head: {may: [approve-definitions]}, clerk: {}, auditor: {}}\n"
    "texts:\n  name: {ar: وزارة, ckb: وەزارەت, en: Ministry}\n  roles:\n"
    "    registrar: {ar: مسجل, ckb: تۆمارکار, en: Registrar}\n    head: {ar: رئيس, ckb: سەرۆک, en: Head}\n"
    "    clerk: {ar: كاتب, ckb: نووسەر, en: Clerk}\n    auditor: {ar: مدقق, ckb: وردبین, en: Auditor}\n"
)
# Nobody's data, and no second person: whoever may propose writes.
SHOPS = {
    "registry.yaml": """uruk: registry/1
keys: [[code]]
keep: 2 years
fields:
  code:   {type: text, max: 20}
  name:   {type: text, max: 80, find: true}
  area:   {type: integer, unit: m2, min: 1, max: 10000, required: false, find: true}
  opened: {type: date, required: false, find: true}
  street: {type: link, to: streets, required: false}
  plan:   {type: file, required: false}
  stands: {type: list, of: {what: {type: text, max: 40}, count: {type: integer, min: 1}}, required: false}
  pin:    {type: text, secret: true, max: 40, required: false, read: [head]}
  remark: {type: text, required: false, read: [head, registrar], write: [head]}
title: [name]
conditions:
  opened: {must: opened <= today, law: e-signature/13}
roles:
  registrar: [read, propose, merge, forget, import, export]
  head: [read, propose]
  auditor: [read]
""",
    "texts.ar.yaml": """uruk: texts/1
title: المحلات
fields: {code: الرمز, name: الاسم, area: المساحة, opened: الافتتاح, street: الشارع, plan: المخطط, stands: المعروض,
  what: ماذا, count: العدد, pin: الرقم السري, remark: ملاحظة}
conditions: {opened: تاريخ الافتتاح لا يكون بعد اليوم.}
""",
    "texts.ckb.yaml": """uruk: texts/1
title: دوکانەکان
fields: {code: کۆد, name: ناو, area: ڕووبەر, opened: کردنەوە, street: شەقام, plan: نەخشە, stands: پیشاندراو,
  what: چی, count: ژمارە, pin: ژمارەی نهێنی, remark: تێبینی}
conditions: {opened: بەرواری کردنەوە نابێت دوای ئەمڕۆ بێت.}
""",
}
STREETS = {
    "registry.yaml": """uruk: registry/1
keys: [[code]]
keep: forever
fields:
  code: {type: text, max: 20}
  name: {type: text, max: 80}
roles:
  registrar: [read, propose, merge]
""",
    "texts.ar.yaml": "uruk: texts/1\ntitle: الشوارع\nfields: {code: الرمز, name: الاسم}\n",
    "texts.ckb.yaml": "uruk: texts/1\ntitle: شەقامەکان\nfields: {code: کۆد, name: ناو}\n",
}
# About persons, and every write needs two persons.
CARDS = {
    "registry.yaml": """uruk: registry/1
keys: [[number]]
subject: number
keep: forever
title: [name]
fields:
  number: {type: national_number}
  name:   {type: person, find: true}
  born:   {type: date}
  phone:  {type: text, max: 30, required: false}
  note:   {type: text, required: false, read: [head]}
roles:
  registrar: [read, propose, merge, import]
  head: [read, approve, forget, export]
offers:
  by-number: {read: [number, born]}
  exists: {exists: true}
""",
    "texts.ar.yaml": """uruk: texts/1
title: البطاقات
fields: {number: الرقم الوطني, name: الاسم, born: الميلاد, phone: الهاتف, note: ملاحظة}
offers: {by-number: البطاقة بالرقم, exists: هل توجد بطاقة}
""",
    "texts.ckb.yaml": """uruk: texts/1
title: کارتەکان
fields: {number: ژمارەی نیشتمانی, name: ناو, born: لەدایکبوون, phone: تەلەفۆن, note: تێبینی}
offers: {by-number: کارت بە ژمارە, exists: ئایا کارت هەیە}
""",
}
# About persons through their card, without a second person; goes with the card.
VISITS = {
    "registry.yaml": """uruk: registry/1
subject: card
keep: forever
fields:
  card: {type: link, to: cards, on_removal: withdraw, personal: true}
  day:  {type: date, find: true}
title: [day]
roles:
  registrar: [read, propose]
offers:
  of-card: {list: [day], by: [card]}
""",
    "texts.ar.yaml": (
        "uruk: texts/1\ntitle: الزيارات\nfields: {card: البطاقة, day: اليوم}\noffers: {of-card: زيارات البطاقة}\n"
    ),
    "texts.ckb.yaml": (
        "uruk: texts/1\ntitle: سەردانەکان\nfields: {card: کارت, day: ڕۆژ}\noffers: {of-card: سەردانەکانی کارت}\n"
    ),
}
# An amount of which parts are reserved; read and reserved by other institutions.
WELLS = {
    "registry.yaml": """uruk: registry/1
keys: [[code]]
keep: forever
fields:
  code:       {type: text, max: 20}
  granted_m3: {type: integer, unit: m3, min: 0, public: true}
capacity: {of: granted_m3, hold: 2 days}
series: {of: code, form: "W-{year}-{number}", digits: 3}
roles:
  registrar: [read, propose, merge]
  auditor: [read]
offers:
  left: {read: [code, left_m3]}
  water: {capacity: reserve}
""",
    "texts.ar.yaml": (
        "uruk: texts/1\ntitle: الآبار\nfields: {code: الرمز, granted_m3: الممنوح, left_m3: المتبقي}\n"
        "offers: {left: المتبقي, water: حجز الماء}\n"
    ),
    "texts.ckb.yaml": (
        "uruk: texts/1\ntitle: بیرەکان\nfields: {code: کۆد, granted_m3: پێدراو, left_m3: ماوە}\n"
        "offers: {left: ماوە, water: گرتنی ئاو}\n"
    ),
}
REGISTRIES = {"wells": WELLS, "shops": SHOPS, "streets": STREETS, "cards": CARDS, "visits": VISITS}
NUMBER, OTHER_NUMBER = "198012345678", "199012345678"
SHOP = {"code": "A1", "name": "مخبز السلام", "area": "٤٠", "opened": "2020-03-01"}
CARD = {"number": NUMBER, "name": {"given": "زينب", "father": "علي", "grandfather": "حسن"}, "born": "1980-05-06"}


def country_files() -> dict[str, str]:
    """The country's files by path."""
    files = FILES | {"institutions/interior/institution.yaml": INTERIOR}
    for code, parts in REGISTRIES.items():
        files |= {f"institutions/interior/registries/{code}/{name}": text for name, text in parts.items()}
    return files


@cache
def sample_country() -> Country:
    """The country, loaded."""
    return load_country(write_country(country_files()), [REGISTRY_KIND])
