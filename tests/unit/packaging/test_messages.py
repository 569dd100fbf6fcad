"""The tool that finds what is untranslated."""

import gettext
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[3] / "packaging" / "messages.py"
PLURALS = 'msgid "%(count)s document"\nmsgid_plural "%(count)s documents"\n'


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    """The tool, loaded from its file: `packaging` is also the name of a library."""
    spec = importlib.util.spec_from_file_location("uruk_messages", TOOL)
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    return tool


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A room with one message in Python, one in a template, and one that counts."""
    room = tmp_path / "desk"
    (room / "templates" / "desk").mkdir(parents=True)
    (room / "views.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext\n"
        'TITLE = _("Drafts")\n'
        'def say(count): return ngettext("%(count)s document", "%(count)s documents", count)\n'
    )
    (room / "templates" / "desk" / "drafts.html").write_text(
        '{% load i18n %}<h1>{% translate "Sign out" %}</h1>'
        "{% blocktranslate trimmed %}\n Hello\n {{ name }}\n{% endblocktranslate %}"
    )
    return room


def entries(lang: str, forms: int) -> dict[str, str]:
    """A complete translation, entry by entry."""
    shown = "ترجمة" if lang == "ar" else "وەرگێڕان"
    plural = "".join(f'msgstr[{n}] "%(count)s {shown}"\n' for n in range(forms))
    return {
        "Drafts": f'msgid "Drafts"\nmsgstr "{shown}"\n',
        "Sign out": f'msgid "Sign out"\nmsgstr "{shown}"\n',
        "Hello": f'msgid "Hello %(name)s"\nmsgstr "{shown} %(name)s"\n',
        "count": PLURALS + plural,
    }


def translate(tool: ModuleType, room: Path, **changed: str) -> None:
    """Write complete translations, with some Arabic entries changed ("" leaves one out)."""
    for lang, (forms, _) in tool.PLURALS.items():
        wanted = entries(lang, forms) | (changed if lang == "ar" else {})
        path = room / "locale" / lang / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tool._header(lang) + "\n".join(wanted.values()).encode())


def kinds(tool: ModuleType, room: Path) -> list[tuple[str, str]]:
    return [(fault.kind, fault.message) for fault in tool.check_room(room)]


def test_messages_of_python_and_templates_are_found(messages: ModuleType, room: Path) -> None:
    found = {messages._text(message) for message in messages.extract_room(room) if message.id}
    assert found == {"Drafts", "%(count)s document", "Sign out", "Hello %(name)s"}


def test_a_completely_translated_room_has_no_fault(messages: ModuleType, room: Path) -> None:
    translate(messages, room)
    assert kinds(messages, room) == []


def test_a_room_without_messages_needs_no_translation(messages: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "kernel").mkdir()
    assert kinds(messages, tmp_path / "kernel") == []


def test_a_room_nobody_translated_lacks_every_message_in_both_languages(messages: ModuleType, room: Path) -> None:
    assert {kind for kind, _ in kinds(messages, room)} == {"missing"}
    assert len(kinds(messages, room)) == 8


@pytest.mark.parametrize(
    ("name", "entry", "kind"),
    [
        ("Drafts", "", "missing"),
        ("Drafts", 'msgid "Drafts"\nmsgstr ""\n', "empty"),
        ("Drafts", '#, fuzzy\nmsgid "Drafts"\nmsgstr "مسودات"\n', "fuzzy"),
        ("Sign out", 'msgid "Sign out"\nmsgstr "Sign out"\n', "not translated"),
        ("Hello", 'msgid "Hello %(name)s"\nmsgstr "مرحبا %(nam)s"\n', "placeholders differ"),
        ("Hello", 'msgid "Hello %(name)s"\nmsgstr "مرحبا"\n', "placeholders differ"),
        ("count", PLURALS + 'msgstr[0] "وثيقة"\nmsgstr[1] "وثائق"\n', "empty"),
        ("count", 'msgid "%(count)s document"\nmsgstr "%(count)s وثيقة"\n', "plural forms"),
        ("count", PLURALS + "".join(f'msgstr[{n}] ""\n' for n in range(6)), "empty"),
        ("extra", 'msgid "Gone"\nmsgstr "ذهب"\n', "obsolete"),
        ("extra", '#~ msgid "Gone"\n#~ msgstr "ذهب"\n', "obsolete"),
        ("extra", 'msgid "Drafts"\nmsgstr "صيغ"\n', "twice"),
        ("count", PLURALS + "".join(f'msgstr[{n}] "وثيقة"\n' for n in range(6)), "placeholders differ"),
        ("Drafts", 'msgid "Drafts"\nmsgstr "مسوداتی"\n', "letters of another language (ی)"),
        ("Drafts", 'msgid "Drafts"\nmsgstr "مسودات Entwurf"\n', "Latin letters (Entwurf)"),
    ],
)
def test_each_fault_is_named(messages: ModuleType, room: Path, name: str, entry: str, kind: str) -> None:
    translate(messages, room, **{name: entry})
    assert kind in [found for found, _ in kinds(messages, room)]


def test_one_document_and_two_documents_need_not_repeat_the_number(messages: ModuleType, room: Path) -> None:
    forms = ("لا وثائق", "وثيقة واحدة", "وثيقتان", "%(count)s وثائق", "%(count)s وثيقة", "%(count)s وثيقة")
    translate(messages, room, count=PLURALS + "".join(f'msgstr[{n}] "{form}"\n' for n, form in enumerate(forms)))
    assert kinds(messages, room) == []


def test_arabic_letters_in_kurdish_are_found(messages: ModuleType, room: Path) -> None:
    translate(messages, room)
    path = room / "locale" / "ckb" / "LC_MESSAGES" / "django.po"
    path.write_text(path.read_text().replace('msgid "Drafts"\nmsgstr "وەرگێڕان"', 'msgid "Drafts"\nmsgstr "لدى"'))
    assert [kind for kind, _ in kinds(messages, room)] == ["letters of another language (ى)"]


def test_names_and_what_is_put_in_may_have_latin_letters(messages: ModuleType, room: Path) -> None:
    translate(messages, room, Hello='msgid "Hello %(name)s"\nmsgstr "<b>Hello</b> %(name)s"\n')
    assert kinds(messages, room) == []


def test_arabic_plural_forms_in_another_order_are_refused(messages: ModuleType, room: Path) -> None:
    translate(messages, room)
    path = room / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    path.write_text(path.read_text().replace("n%100>=11 && n%100<=99", "n%100>=0 && n%100<=2"))
    assert [kind for kind, _ in kinds(messages, room)] == ["Plural-Forms"]


def test_updating_adds_what_is_missing_drops_what_is_gone_and_keeps_the_rest(messages: ModuleType, room: Path) -> None:
    translate(messages, room, Drafts="", extra='msgid "Gone"\nmsgstr "ذهب"\n')
    messages.update_room(room)
    assert kinds(messages, room) == [("empty", "Drafts")]
    assert "ترجمة %(name)s" in (room / "locale" / "ar" / "LC_MESSAGES" / "django.po").read_text()


def test_compiled_translations_speak_with_six_arabic_plurals(messages: ModuleType, room: Path) -> None:
    forms = "".join(f'msgstr[{n}] "{word}"\n' for n, word in enumerate(["صفر", "واحد", "اثنان", "قليل", "كثير", "آخر"]))
    translate(messages, room, count=PLURALS + forms)
    made = messages.compile_messages(room.parent)
    assert [path.parts[-3] for path in made] == ["ar", "ckb"]
    with made[0].open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    counted = [spoken.ngettext("%(count)s document", "%(count)s documents", n) for n in (0, 1, 2, 7, 11, 100)]
    assert counted == ["صفر", "واحد", "اثنان", "قليل", "كثير", "آخر"]


def test_only_rooms_asked_for_are_looked_at(messages: ModuleType, room: Path) -> None:
    (room.parent / "portal").mkdir()
    assert messages.rooms(["desk"], room.parent) == [room]
    assert len(messages.rooms(source=room.parent)) == 2


def test_a_file_that_is_no_translation_is_said_to_be_unreadable(messages: ModuleType, room: Path) -> None:
    translate(messages, room, Drafts='mgsid "Drafts"\nmsgstr "x"\n')
    assert [kind for kind, _ in kinds(messages, room)] == ["unreadable"]
