"""One person that two offices wrote down: what they did differently, a rule for each kind."""

from collections.abc import Callable
from datetime import date

from matching_people import PARTS, Made, Maker, Record


def _changed(change: Callable[[Maker, Record], None], script: str | None = None) -> Callable[[Maker], Made]:
    """A pair of one person: the second record in the same script, changed by the rule."""

    def make(maker: Maker) -> Made:
        person = maker.person()
        left = maker.write(person, script)
        right = maker.write(person, left.script)
        change(maker, right)
        maker.with_gaps(left, right, same=True)
        return left, right, person

    return make


def _across(one: str, other: str) -> Callable[[Maker], Made]:
    """A pair of one person in two scripts (or in Latin twice, where spellings differ)."""

    def make(maker: Maker) -> Made:
        person = maker.person()
        left, right = maker.write(person, one), maker.write(person, other)
        maker.with_gaps(left, right, same=True)
        return left, right, person

    return make


def _marks(maker: Maker, record: Record) -> None:
    """محمد → محمّد, احمد → أحمد: marks, hamza and tatweel come and go."""
    for part, text in record.parts.items():
        place = maker.chance.randrange(1, len(text))
        mark = maker.chance.choice("\u0651\u064e\u0650\u064f\u0640")
        plain = text.translate(str.maketrans("أإآ", "ااا")) if maker.chance.random() < 0.5 else text
        record.parts[part] = plain[:place] + mark + plain[place:]


def _keyboard(maker: Maker, record: Record) -> None:
    """ة and ه, ى and ي, ك and ک, ئ and ي, ظ and ض: what keyboards and habits mix."""
    habits = {"ة": "ه", "ي": "ى", "ك": "ک", "ئ": "ي", "ؤ": "و", "ء": "", "ظ": "ض"}
    for part, text in record.parts.items():
        record.parts[part] = "".join(habits.get(each, each) if maker.chance.random() < 0.6 else each for each in text)


def _old_kurdish(maker: Maker, record: Record) -> None:
    """Sorani typed on an Arabic keyboard: ه (joined or not) for ە, ر for ڕ, ل for ڵ, و for ۆ, ي for ێ, ك for ک."""
    joined = "ه\u200c" if maker.chance.random() < 0.5 else "ه"
    table = str.maketrans({"ە": joined, "ڕ": "ر", "ڵ": "ل", "ۆ": "و", "ێ": "ي", "ی": "ي", "ک": "ك"})
    record.parts = {part: text.translate(table) for part, text in record.parts.items()}
    record.mother = record.mother.translate(table)


def _spaces(maker: Maker, record: Record) -> None:
    """عبد الرحمن → عبدالرحمن, صلاح الدين → صلاحالدين; بن between names."""
    for part, text in record.parts.items():
        record.parts[part] = text.replace(" ", "")
    if maker.chance.random() < 0.3:
        record.parts["father"] = ("bin " if record.script == "latin" else "بن ") + record.parts["father"]


def _without(part: str) -> Callable[[Maker, Record], None]:
    def change(maker: Maker, record: Record) -> None:
        record.parts.pop(part, None)

    return change


def _article(maker: Maker, record: Record) -> None:
    """الجبوري → جبوري, Al-Jubouri → Jubouri."""
    surname = record.parts.get("surname", "")
    for article in ("Al-", "Al ", "ال"):
        surname = surname.removeprefix(article)
    if surname:
        record.parts["surname"] = surname


def _slip(maker: Maker, record: Record) -> None:
    part = maker.chance.choice([part for part in PARTS if part in record.parts])
    record.parts[part] = maker.slipped_letter(record.parts[part], record.script)


def _exchanged(maker: Maker, record: Record) -> None:
    record.parts["given"], record.parts["father"] = record.parts["father"], record.parts["given"]


def _other_surname(maker: Maker, record: Record) -> None:
    """The tribe in one record, the town in the other."""
    record.parts["surname"] = maker.spell(maker.chance.choice(maker.names.surnames), record.script)


def _surname_for_grandfather(maker: Maker, record: Record) -> None:
    """A form with three boxes: the surname stands where the grandfather belongs."""
    if "surname" in record.parts:
        record.parts["grandfather"] = record.parts.pop("surname")


def _swapped_day(maker: Maker, record: Record) -> None:
    day = date.fromisoformat(record.born)
    if day.day <= 12:
        record.born = day.replace(month=day.day, day=day.month).isoformat()


def _early_day(maker: Maker) -> Made:
    """Born on a day that can be read as a month, and read so by one office."""
    person = maker.person()
    person.born = person.born.replace(
        day=maker.chance.choice([day for day in range(1, 13) if day != person.born.month])
    )
    left = maker.write(person)
    right = maker.write(person, left.script)
    _swapped_day(maker, right)
    maker.with_gaps(left, right, same=True)
    return left, right, person


def _other_day(maker: Maker, record: Record) -> None:
    """The month is right, the day is not."""
    day = date.fromisoformat(record.born)
    record.born = day.replace(day=maker.chance.choice([each for each in range(1, 28) if each != day.day])).isoformat()


def _day_slip(maker: Maker, record: Record) -> None:
    while True:
        slipped = maker.slipped_digit(record.born.replace("-", ""))
        try:
            day = date(int(slipped[:4]), int(slipped[4:6]), int(slipped[6:]))
        except ValueError:
            continue
        if 1900 <= day.year <= 2026:
            record.born = day.isoformat()
            return


def _unknown_day(maker: Maker, record: Record) -> None:
    record.born = f"{record.born[:4]}-07-01"


def _no_day(maker: Maker, record: Record) -> None:
    record.born = ""


def _number_slip(maker: Maker, record: Record) -> None:
    record.number = maker.slipped_digit(record.number)


def _other_mother(maker: Maker, record: Record) -> None:
    record.mother = maker.slipped_letter(record.mother, record.script)


def _half_a_name(maker: Maker) -> Made:
    """محمد رضا in one record, محمد in the other."""
    person = maker.person()
    left = maker.write(person)
    right = maker.write(person, left.script)
    left.parts["given"] = f"{left.parts['given']} {maker.spell(maker.man(), left.script)}"
    maker.with_gaps(left, right, same=True)
    left.as_text = right.as_text = False
    return left, right, person


def _several(maker: Maker) -> Made:
    """Another script for some, and two of the other differences."""
    person = maker.person()
    left, right = maker.write(person), maker.write(person)
    mistakes = (
        _slip,
        _without("surname"),
        _without("grandfather"),
        _article,
        _swapped_day,
        _day_slip,
        _other_mother,
        _spaces,
    )
    for change in maker.chance.sample(mistakes, 2):
        change(maker, right)
    maker.with_gaps(left, right, same=True)
    return left, right, person


ONE_PERSON: dict[str, Callable[[Maker], Made]] = {
    "marks, hamza, tatweel": _changed(_marks, "arabic"),
    "keyboards (ة ه, ى ي, ء)": _changed(_keyboard, "arabic"),
    "Sorani on an Arabic keyboard": _changed(_old_kurdish, "kurdish"),
    "particles and spaces": _changed(_spaces),
    "Arabic and Sorani": _across("arabic", "kurdish"),
    "Arabic and Latin": _across("arabic", "latin"),
    "Sorani and Latin": _across("kurdish", "latin"),
    "two Latin spellings": _across("latin", "latin"),
    "no surname": _changed(_without("surname")),
    "no grandfather": _changed(_without("grandfather")),
    "article of the surname": _changed(_article),
    "another surname": _changed(_other_surname),
    "surname for grandfather": _changed(_surname_for_grandfather),
    "a letter": _changed(_slip),
    "a letter of the mother's": _changed(_other_mother),
    "given and father exchanged": _changed(_exchanged),
    "half a compound name": _half_a_name,
    "day and month swapped": _early_day,
    "another day of the month": _changed(_other_day),
    "a digit of the day": _changed(_day_slip),
    "first of July": _changed(_unknown_day),
    "no day of birth": _changed(_no_day),
    "a digit of the number": _changed(_number_slip),
    "several": _several,
}
