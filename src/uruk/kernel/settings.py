"""Settings: read once from the environment, typed, each with its meaning."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from uruk.kernel.errors import CodedError
from uruk.kernel.setting import Setting, value_of

# A socket's path has at most 107 bytes (sun_path, unix(7)); the longest in a data folder is /gateway/gateway.sock.
DATA_PATH_MAX_BYTES = 107 - len("/gateway/gateway.sock")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "URUK_COUNTRY",
        "text",
        "",
        "The country: a folder, or the name of one that is bundled. Empty: the only one bundled.",
    ),
    Setting(
        "URUK_DATA", "path", "./uruk-data", "The node's folder: database, keys, logs, stored files and public files."
    ),
    Setting(
        "URUK_DATABASE", "secret", "", "postgresql://user:password@host:port/name. Empty: SQLite in the data folder."
    ),
    Setting(
        "URUK_PUBLIC_URL",
        "url",
        "http://127.0.0.1:8000/",
        "The address people reach this node at; it stands in every QR code.",
    ),
    Setting("URUK_LISTEN", "address", "127.0.0.1:8000", "The address and port the server listens on."),
    Setting("URUK_NODE", "name", "node", "The node's name; it stands in the origin of its logs."),
    Setting(
        "URUK_MODE",
        "choice",
        "production",
        "In demonstration people are invented, authorities are embedded, and every page says so.",
        choices=("production", "demonstration"),
    ),
    Setting(
        "URUK_SECRET_KEY", "secret", "", "Signs sessions and forms. Empty: made once, in the data folder's file secret."
    ),
    Setting(
        "URUK_KEY_PASSPHRASE",
        "secret",
        "",
        "Opens the encrypted key files. Required in production; in demonstration made once, in the file passphrase.",
    ),
    Setting(
        "URUK_PKCS11_MODULE", "path", "", "The library of a hardware security module. Empty: keys are encrypted files."
    ),
    Setting("URUK_PKCS11_TOKEN", "text", "", "The label of the module's token that holds the keys."),
    Setting("URUK_PKCS11_PIN", "secret", "", "The PIN of that token."),
    Setting(
        "URUK_TSA_URL",
        "url",
        "",
        "An RFC 3161 timestamping authority. Empty: none, or in demonstration the embedded one.",
    ),
    Setting(
        "URUK_HIJRI_OFFSET_DAYS",
        "integer",
        "0",
        "Days added to the calculated Hijri date, to follow the moon sighted here.",
        minimum=-3,
        maximum=3,
    ),
    Setting(
        "URUK_MAX_UPLOAD_BYTES",
        "integer",
        "10485760",
        "The largest file that may be uploaded, in bytes.",
        minimum=65536,
        maximum=1 << 30,
    ),
    Setting(
        "URUK_DESK_SESSION_MINUTES",
        "integer",
        "20",
        "Minutes without activity after which an officer is signed out.",
        minimum=1,
        maximum=1440,
    ),
    Setting(
        "URUK_CITIZEN_SESSION_MINUTES",
        "integer",
        "60",
        "Minutes without activity after which a citizen is signed out.",
        minimum=1,
        maximum=1440,
    ),
    Setting("URUK_WORKERS", "integer", "1", "Page server processes.", minimum=1, maximum=256),
    Setting("URUK_THREADS", "integer", "8", "Threads in each page server process.", minimum=1, maximum=256),
    Setting(
        "URUK_STATUS_LIST_DAYS",
        "integer",
        "7",
        "Days for which a published status list is good.",
        minimum=1,
        maximum=90,
    ),
    Setting(
        "URUK_TEST_POSTGRES",
        "secret",
        "",
        "For the test-suite only: a PostgreSQL, as host:port or postgresql://user:password@host:port/name.",
    ),
    Setting("URUK_LOG_FORMAT", "choice", "text", "How the server writes its own log lines.", choices=("text", "json")),
    Setting(
        "URUK_INSTITUTIONS",
        "text",
        "",
        "The institutions of the country that this node hosts: codes with commas between. Empty: all.",
    ),
    Setting(
        "URUK_GATEWAY_LISTEN",
        "address",
        "127.0.0.1:8080",
        "Where the gateway takes requests of information systems over plain HTTP: on loopback.",
    ),
    Setting(
        "URUK_GATEWAY_TLS_LISTEN",
        "address",
        "",
        "Where the gateway takes them over TLS, with the certificate of each system. Empty: nowhere.",
    ),
    Setting("URUK_PEER_LISTEN", "address", "127.0.0.1:5500", "Where the gateway takes messages of other gateways."),
    Setting(
        "URUK_PEER_ADDRESS",
        "text",
        "",
        "host:port at which other gateways reach this one, as the directory tells them. Empty: URUK_PEER_LISTEN.",
    ),
    Setting(
        "URUK_AUTHORITY_URL",
        "url",
        "",
        "Where the country's directory is fetched and joined. Empty: this node is the authority, or alone.",
    ),
    Setting(
        "URUK_DIRECTORY_GRACE_DAYS",
        "integer",
        "7",
        "Days for which an old directory is still good when no newer one can be fetched, after its first day.",
        maximum=90,
    ),
    Setting(
        "URUK_XROAD_ERRORS",
        "choice",
        "legacy",
        "How errors are called towards information systems: Server.ClientProxy.UnknownMember, or as since X-Road 7.8.",
        choices=("legacy", "new"),
    ),
    Setting(
        "URUK_GATEWAY_MAX_BODY_BYTES",
        "integer",
        "1073741824",
        "The largest body that any agreement may allow here, in bytes; each agreement sets its own limit below it.",
        minimum=65536,
        maximum=1 << 30,
    ),
    Setting(
        "URUK_KNOWN",
        "text",
        "",
        "A folder on another disk, or a URL, that remembers how far our logs had come. Empty: DATA/trust/known.",
    ),
    Setting(
        "URUK_KEY_OVERLAP_HOURS",
        "integer",
        "24",
        "Hours for which a log's next key stands in the country's directory before it signs.",
        maximum=720,
    ),
    Setting(
        "URUK_SCAN_URL",
        "text",
        "",
        "The scanner that looks at uploads: clamd:///run/clamav/clamd.ctl or clamd://host:3310. Empty: none looks.",
    ),
    Setting(
        "URUK_SCAN_WAIT_S",
        "integer",
        "5",
        "Seconds for which an upload waits for a scanner that is away; then, with 0 at once, it is refused.",
        maximum=60,
    ),
    Setting(
        "URUK_MAIL_URL",
        "secret",
        "",
        "The server that notices are mailed by: smtp://user:password@host:587 or smtps://… Empty: nothing is mailed.",
    ),
    Setting("URUK_MAIL_FROM", "text", "", "The e-mail address that notices come from."),
    Setting(
        "URUK_SMS_URL",
        "secret",
        "",
        "The gateway that takes text messages: https://user:password@host/path. Empty: none are sent by one.",
    ),
    Setting("URUK_SMS_COMMAND", "path", "", "A program that sends text messages instead. Empty: none."),
    Setting(
        "URUK_PHONE_PREFIX",
        "text",
        "",
        "What stands before the country's own telephone numbers, such as +964. Empty: people type it themselves.",
    ),
    Setting(
        "GOVSTACK_TRUST_HEADER",
        "switch",
        "off",
        "For tests alone, in demonstration only: whoever names a client in Information-Mediator-Client is believed.",
    ),
    Setting(
        "URUK_DEMO_CLOCK",
        "path",
        "",
        "For `uruk demo` alone, in demonstration only: a file that says how far its clock stands behind the machine's.",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, typed. Made by load_settings; nothing else reads the environment."""

    country: str
    data: Path
    database: str = field(repr=False)
    public_url: str
    listen: str
    node: str
    mode: str
    secret_key: str = field(repr=False)
    key_passphrase: str = field(repr=False)
    pkcs11_module: Path | None
    pkcs11_token: str
    pkcs11_pin: str = field(repr=False)
    tsa_url: str
    hijri_offset_days: int
    max_upload_bytes: int
    desk_session_minutes: int
    citizen_session_minutes: int
    workers: int
    threads: int
    status_list_days: int
    test_postgres: str = field(repr=False)
    log_format: str
    institutions: str
    gateway_listen: str
    gateway_tls_listen: str
    peer_listen: str
    peer_address: str
    authority_url: str
    directory_grace_days: int
    xroad_errors: str
    gateway_max_body_bytes: int
    known: str
    key_overlap_hours: int
    scan_url: str
    scan_wait_s: int
    mail_url: str = field(repr=False)
    mail_from: str
    sms_url: str = field(repr=False)
    sms_command: Path | None
    phone_prefix: str
    govstack_trust_header: bool
    demo_clock: Path | None

    @property
    def hosted(self) -> tuple[str, ...]:
        """Return the codes of the institutions that this node hosts; none: all of the country's."""
        return tuple(code.strip() for code in self.institutions.split(",") if code.strip())

    @property
    def peer_told(self) -> str:
        """Return host:port at which other gateways reach this one."""
        return self.peer_address or self.peer_listen

    @property
    def demonstration(self) -> bool:
        """Return whether this node plays with made-up people and embedded authorities."""
        return self.mode == "demonstration"

    @property
    def listen_host(self) -> str:
        """Return the host part of `listen`, without the brackets of an IPv6 address."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def listen_port(self) -> int:
        """Return the port part of `listen`."""
        return int(self.listen.rpartition(":")[2])


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from a mapping such as os.environ; an empty value counts as not given.

    Errors: kernel.setting_not_a_number, kernel.setting_out_of_range, kernel.setting_not_a_choice,
    kernel.setting_not_a_url, kernel.setting_not_an_address, kernel.setting_not_a_name,
    kernel.setting_for_demonstrations (what only tests may switch on, on a node that is no demonstration),
    kernel.data_path_too_long.
    """
    found = Settings(**{each.attribute: value_of(each, environ.get(each.name) or each.default) for each in SETTINGS})
    check_data_path(found.data)
    if found.govstack_trust_header and not found.demonstration:
        raise CodedError("kernel.setting_for_demonstrations", name="GOVSTACK_TRUST_HEADER")
    if found.demo_clock and not found.demonstration:
        raise CodedError("kernel.setting_for_demonstrations", name="URUK_DEMO_CLOCK")
    return found


def check_data_path(data: Path) -> None:
    """Refuse a data folder whose sockets the system could not name: ``kernel.data_path_too_long``."""
    if len(os.fsencode(data)) > DATA_PATH_MAX_BYTES:
        raise CodedError("kernel.data_path_too_long", path=str(data), most=DATA_PATH_MAX_BYTES)


def unknown_settings(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names that begin with URUK_ and are no setting, most likely misspelt; sorted."""
    known = {each.name for each in SETTINGS}
    return tuple(sorted(name for name in environ if name.startswith("URUK_") and name not in known))
