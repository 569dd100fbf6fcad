"""What an officer or a program is shown of persons is noted first, and those persons see that it was."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uruk.acts.api import Reading, record_read
from uruk.kernel.api import Actor, Text
from uruk.people.api import find_program
from uruk.registries.domain.change import read_content
from uruk.registries.opening import Opened, open_registry
from uruk.registries.rights import sight
from uruk.registries.store import CurrentRow

# A subject may be a link to a record that links on to the person: so far and no further.
MAX_STEPS = 3
_READ = Text(
    "اطّلع موظف في المؤسسة على قيدك في سجل ({title})",
    "فەرمانبەرێکی دامەزراوەکە تۆماری تۆی لە ({title}) بینی",
    "An officer of the institution read your record in the registry ({title})",
)
_LISTED = Text(
    "ظهر قيدك في قائمة من سجل ({title}) عُرضت على موظف في المؤسسة",
    "تۆماری تۆ لە لیستێکی ({title}) پیشانی فەرمانبەرێکی دامەزراوەکە درا",
    "Your record stood in a list from the registry ({title}) that an officer of the institution was shown",
)
_REQUEST = Text(
    "اطّلع موظف في المؤسسة على طلب تغيير قيدك في سجل ({title})",
    "فەرمانبەرێکی دامەزراوەکە داواکارییەکی گۆڕینی تۆماری تۆی لە ({title}) بینی",
    "An officer of the institution read a request to change your record in the registry ({title})",
)
_EXPORTED = Text(
    "صدّر موظف في المؤسسة قيدك من سجل ({title}) إلى ملف",
    "فەرمانبەرێکی دامەزراوەکە تۆماری تۆی لە ({title}) بۆ فایلێک هەناردە کرد",
    "An officer of the institution exported your record in the registry ({title}) to a file",
)
_SENTENCES = {
    "registry.read": _READ,
    "registry.listed": _LISTED,
    "registry.request-read": _REQUEST,
    "registry.exported": _EXPORTED,
}
_AT_TERMINALS = {
    "registry.listed": Text(
        "ظهر قيدك في قائمة من سجل ({title}) عُرضت على مدير خادم المؤسسة",
        "تۆماری تۆ لە لیستێکی ({title}) پیشانی بەڕێوەبەری ڕاژەی دامەزراوەکە درا",
        "Your record stood in a list from the registry ({title}) that the administrator of the institution’s node saw",
    ),
    "registry.exported": Text(
        "صدّر مدير خادم المؤسسة قيدك من سجل ({title}) إلى ملف",
        "بەڕێوەبەری ڕاژەی دامەزراوەکە تۆماری تۆی لە ({title}) بۆ فایلێک هەناردە کرد",
        "The administrator of the institution’s node exported your record in the registry ({title}) to a file",
    ),
}
_OF_PROGRAMS = {
    "registry.exported": Text(
        "صدّر البرنامج «{program}» في المؤسسة قيدك من سجل ({title}) إلى ملف",
        "بەرنامەی «{program}»ی دامەزراوەکە تۆماری تۆی لە ({title}) بۆ فایلێک هەناردە کرد",
        "The program “{program}” of the institution exported your record in the registry ({title}) to a file",
    ),
    "registry.read": Text(
        "اطّلع البرنامج «{program}» في المؤسسة على قيدك في سجل ({title})",
        "بەرنامەی «{program}»ی دامەزراوەکە تۆماری تۆی لە ({title}) بینی",
        "The program “{program}” of the institution read your record in the registry ({title})",
    ),
    "registry.listed": Text(
        "ظهر قيدك في قائمة من سجل ({title}) أُعطيت للبرنامج «{program}» في المؤسسة",
        "تۆماری تۆ لە لیستێکی ({title}) بە بەرنامەی «{program}»ی دامەزراوەکە درا",
        "Your record stood in a list from the registry ({title}) given to the program “{program}” of the institution",
    ),
    "registry.request-read": Text(
        "اطّلع البرنامج «{program}» في المؤسسة على طلب تغيير قيدك في سجل ({title})",
        "بەرنامەی «{program}»ی دامەزراوەکە داواکارییەکی گۆڕینی تۆماری تۆی لە ({title}) بینی",
        "The program “{program}” of the institution read a request to change your record in the registry ({title})",
    ),
}


def note_read(
    actor: Actor, registry: Opened, kind: str, values: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> None:
    """Note that an officer or a program is shown records: their values, and the ids that name them; one act for all.

    `kind`: ``registry.read``, ``registry.listed``, ``registry.request-read``, ``registry.exported``. Errors as
    `acts.record_read`.
    """
    if not is_noted(actor, registry):
        return
    subjects = sorted({number for each in values for number in subjects_of(registry, each)})
    sentence = told(actor, kind, registry.definition.title)
    record_read(actor, Reading(kind, sentence, subjects, names, of=registry.code, fields=legible(actor, registry)))


def legible(actor: Actor, registry: Opened) -> tuple[str, ...]:
    """The names of the fields that the actor reads as they are."""
    seen = sight(actor, registry)
    return tuple(sorted(seen.shown - seen.masked))


def is_noted(actor: Actor, registry: Opened) -> bool:
    """Whether somebody is shown persons' records here: nobody is where the node works by itself."""
    somebody = actor.holder is not None or actor.channel == "cli"
    return actor.institution is not None and somebody and registry.model.personal


def told(actor: Actor, kind: str, title: Text) -> Text:
    """What the persons are told was done: by an officer, by the program of that name, at the node's terminal."""
    if actor.program is None:
        sentences = _SENTENCES if actor.holder is not None else _SENTENCES | _AT_TERMINALS
        return sentences[kind].filled(title=title)
    found = find_program(actor.program)
    named = Text(str(actor.program), str(actor.program)) if found is None else found.names
    return _OF_PROGRAMS[kind].filled(title=title, program=named)


def note_records(actor: Actor, registry: Opened, kind: str, rows: Sequence[CurrentRow]) -> None:
    """The same for records as they are now."""
    note_read(actor, registry, kind, [read_content(row.content) for row in rows], [str(row.record) for row in rows])


def subjects_of(registry: Opened, values: Mapping[str, Any], steps: int = MAX_STEPS) -> Iterator[str]:
    """The national numbers of the persons a record is about, through links where its subject is one."""
    for name in registry.model.subjects:
        value = values.get(name)
        if value is None:
            continue
        field = registry.model.fields[name]
        if field.type != "link":
            yield str(value)
        elif steps:
            target = open_registry(registry.institution, field.to or "")
            row = target.store.find_by_key(0, (value,))
            if row is not None:
                yield from subjects_of(target, read_content(row.content), steps - 1)
