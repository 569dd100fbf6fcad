"""The door of the kernel: what every room may use."""

from uruk.kernel.actor import Actor
from uruk.kernel.bidi import Script, isolate, script_of, without_controls
from uruk.kernel.clock import (
    BAGHDAD,
    Clock,
    FixedClock,
    SystemClock,
    day_of,
    midnight,
    parse_rfc3339,
    rfc3339,
    set_behind,
    stand_behind,
    today,
)
from uruk.kernel.country import bundled_countries, country_folder
from uruk.kernel.dates import HijriDate, add_working_days, format_date, hijri, is_working_day, take_working_days
from uruk.kernel.digits import ascii_digits, local_digits
from uruk.kernel.errors import CodedError, all_error_codes, error_sentence
from uruk.kernel.ids import IdSource, id_unix_ms, new_id, new_id_bytes, new_ids
from uruk.kernel.letters import has_half_letter
from uruk.kernel.listing import listed
from uruk.kernel.locking import alone
from uruk.kernel.matching import search_key, without_article
from uruk.kernel.money import Dinars
from uruk.kernel.ports import check_ports, try_port
from uruk.kernel.setting import Setting
from uruk.kernel.settings import SETTINGS, Settings, check_data_path, load_settings, unknown_settings
from uruk.kernel.sorting import sorani_sort_key
from uruk.kernel.text import LANGUAGES, Language, Text, direction
from uruk.kernel.units import UNITS, amount_in, grouped, unit_name, with_unit
from uruk.kernel.whole_json import load_whole_json

__all__ = [
    "BAGHDAD",
    "LANGUAGES",
    "SETTINGS",
    "UNITS",
    "Actor",
    "Clock",
    "CodedError",
    "Dinars",
    "FixedClock",
    "HijriDate",
    "IdSource",
    "Language",
    "Script",
    "Setting",
    "Settings",
    "SystemClock",
    "Text",
    "add_working_days",
    "all_error_codes",
    "alone",
    "amount_in",
    "ascii_digits",
    "bundled_countries",
    "check_data_path",
    "check_ports",
    "country_folder",
    "day_of",
    "direction",
    "error_sentence",
    "format_date",
    "grouped",
    "has_half_letter",
    "hijri",
    "id_unix_ms",
    "is_working_day",
    "isolate",
    "listed",
    "load_settings",
    "load_whole_json",
    "local_digits",
    "midnight",
    "new_id",
    "new_id_bytes",
    "new_ids",
    "parse_rfc3339",
    "rfc3339",
    "script_of",
    "search_key",
    "set_behind",
    "sorani_sort_key",
    "stand_behind",
    "take_working_days",
    "today",
    "try_port",
    "unit_name",
    "unknown_settings",
    "with_unit",
    "without_article",
    "without_controls",
]
