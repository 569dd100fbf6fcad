"""What each finding is worth, in points: 25 points are one bit, a doubling of the odds that two records are one person.

After Fellegi and Sunter: a finding's weight is log2 of how often it is seen in true pairs over how often in others. The
figures are rounded from that, then moved on a synthetic set (benchmarks/matching_pairs.py, the seed TUNE), never on the
one that is reported. Names of a family come together, so what they add up to has a ceiling: brothers agree in all.
"""

from collections.abc import Mapping

SCALE = 1_000
BASE = 150  # even odds are at 500: before anything is compared, two records that share a key are one person in 2^14
PROPOSE = 500  # from here a person is asked
CERTAIN = 800  # from here it is shown as nearly sure; a person is asked all the same

FAMILY_MOST = 350  # father, grandfather, surname and mother together
ANOTHER_PERSON_MOST = 400  # where the given name is another, whatever else agrees: brothers, sisters, twins

NAME_POINTS: Mapping[str, Mapping[str, int]] = {
    "given": {"same": 200, "script": 190, "spelling": 190, "slip": 75, "part": 120, "different": -300},
    "father": {"same": 125, "script": 115, "spelling": 115, "slip": 40, "part": 50, "different": -175},
    "grandfather": {"same": 100, "script": 90, "spelling": 90, "slip": 30, "part": 40, "different": -125},
    "surname": {"same": 100, "script": 90, "spelling": 90, "slip": 50, "part": 50, "different": -60},
    "mother": {"same": 150, "script": 140, "spelling": 140, "slip": 40, "part": 75, "different": -200},
}
COMMON_LESS = 60  # a very common name says so much less where it agrees
NAMES_SWAPPED = -60  # beside what the swapped names say
# The most that all names together can say: the family to its ceiling, beside the given name or the two swapped.
NAMES_MOST = FAMILY_MOST + max(
    NAME_POINTS["given"]["same"], NAME_POINTS["given"]["same"] + NAME_POINTS["father"]["same"] + NAMES_SWAPPED
)

BORN_POINTS: Mapping[str, int] = {
    "same": 225, "same_unknown": 100, "swapped": 175, "slip": 125, "month": 60, "year": 60, "years": 25,
    "different": -225,
}  # fmt: skip
NUMBER_POINTS: Mapping[str, int] = {"same": 500, "exchanged": 200, "slip": 150, "next": 25, "different": -175}
PHONE_POINTS: Mapping[str, int] = {"same": 150, "exchanged": 75, "slip": 50, "next": 25, "different": -15}
TEXT_POINTS: Mapping[str, int] = {"same": 400, "most": 200, "slip": 250, "different": -250}
