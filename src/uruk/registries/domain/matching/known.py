"""Names that many people bear: sharing one says less, and two of them are two names, however alike they look.

Without them حسن and حسين, or Jamal and Jamil, would pass for a slip of the pen. From general knowledge of the region's
names, not from anybody's data. A name that is not here is compared by its letters and its sound alone.
"""

from functools import lru_cache

from uruk.registries.domain.matching.sound import SAME, distance, outline
from uruk.registries.domain.matching.spelling import Word, words

_VERY_COMMON = """
محمد علي حسين احمد حسن عباس كاظم جاسم كريم عمر عبدالله ابراهيم مصطفى خالد محمود خليل اسماعيل يوسف جعفر صادق
عبدالرحمن سعد حيدر قاسم مهدي هادي صالح حمزة ياسين فاطمة زينب مريم نور سارة عائشة هدى زهراء خديجة امنة
"""

_COMMON = """
حميد حامد حمد حمود محمودة احمدي جمال جميل جميلة سمير سميرة سامر سامي سامية امير اميرة عامر عمار عمران معمر
امين امينة امل امال ايمان ايمن يمنى انور نورا نوري نوال نادر نادية ندى نجلاء نجم نجاح نبيل نبيلة نصير ناصر نصر
منصور منتصر سعيد سعيدة سعدون سعاد اسعد سعدي مسعود زيد زياد يزيد زيدان زين زينة رشيد راشد رشاد ارشد رشا كرم
اكرم مكرم كامل كمال كميل خالدة خليفة خلف مخلد جابر جبار جبر جواد جودت ماجد مجيد مجد امجد محسن محسنة احسان حسان
حسام حسنين حسون حسنة حازم حاتم حيان حارث حكيم حكمت حليم حنان حنين رحيم راحم رحمة رحمان رامي رنا رانيا رياض رضا
راضي مرتضى رعد رائد رغد رافد رافع رفعت رقية رؤوف رؤى شاكر شكر شكري شهاب شهد شيماء شيرين شيروان شاهين شوان
شيلان صباح صبا صبيح صبري صابر صفاء صفية صلاح طارق طالب طلال طه طيبة عادل عدنان عدي عزيز عزت عزة عقيل عواد عيسى
موسى علاء عليا علوان علية عفاف عفيف عبير غازي غانم غسان غفران غيث فارس فراس فيصل فاضل فضيلة فلاح فؤاد فائز
فوزي فوزية فرح فريد فريدة فهد قيس قصي قادر قدري كوثر كاوه كاروان كوران ليث ليلى لطيف لطيفة لؤي لمى لينا مازن
مالك مؤيد مثنى مراد مروان مروة مريوان منى منير منيرة منال مها مهند مي ميسون ميثم ميلاد هاشم هشام هيثم هيام هند
هبة هناء هيوا هيمن هاني وليد وسام وسيم وفاء ورود وداد ياسر يحيى يعقوب يونس ازاد ارام اسو بشار بشير بشرى بلال
بكر باسم بسمة بسام بهاء تغريد تحسين توفيق ثامر ثائر دعاء دنيا دلير دلشاد دارا ديانا زهير زاهر زهرة اسراء اسامة
اسيل الاء انس انيس اوس ايوب ادريس اياد اثير بان بتول رند روز ريبوار ريبين سرهنك سردار سركوت سوران سيروان سيف
سلمان سليم سالم سلام سلمى سلوى سليمان سمر سناء سهى سهام سهاد سوسن شذى شفيق عثمان عماد لقمان نسرين نازدار نوزاد
هلو بيان تارا جنان جيهان خضر خضير داود ذكرى ذنون سجاد سرمد ضرغام ضياء عاصم عايد عصام عاطف عبود عبيد غالب غيداء
كنعان مجتبى منذر معتز نزار نعيم نهى نهاد هالة وائل واثق وجدان
"""


def _only(name: str) -> Word:
    return words(name)[0]


_COUNT_VERY_COMMON = len(_VERY_COMMON.split())
_WORDS = tuple(_only(name) for name in (_VERY_COMMON + _COMMON).split())


@lru_cache(maxsize=1)
def _by_outline() -> dict[str, tuple[int, ...]]:
    places: dict[str, tuple[int, ...]] = {}
    for place, word in enumerate(_WORDS):
        key = outline(word)
        places[key] = (*places.get(key, ()), place)
    return places


@lru_cache(maxsize=100_000)
def known(word: Word) -> frozenset[str]:
    """Return which known names a word is: none, one, or several that its script does not tell apart."""
    near = [(distance(word, _WORDS[place]), _WORDS[place].letters) for place in _by_outline().get(outline(word), ())]
    if word.orthography == "arabic":
        return frozenset(letters for _, letters in near if letters == word.letters)
    best = min((cost for cost, _ in near), default=SAME + 1)
    return frozenset(letters for cost, letters in near if cost == best <= SAME)


@lru_cache(maxsize=100_000)
def very_common(word: Word) -> bool:
    """Return whether so many people have this name that sharing it says little."""
    return not known(word).isdisjoint(_common_letters())


@lru_cache(maxsize=1)
def _common_letters() -> frozenset[str]:
    return frozenset(word.letters for word in _WORDS[:_COUNT_VERY_COMMON])
