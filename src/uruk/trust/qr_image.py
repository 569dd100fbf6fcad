"""A QR code as an image: the address as bytes, the summary as alphanumeric characters (5.5 bits each, not 8)."""

from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

from uruk.trust import base32
from uruk.trust.qr import QrCode

if TYPE_CHECKING:
    from segno import QRCode

ERROR_LEVEL = "m"  # 15 % of the code may be unreadable: paper is folded and stamped
# A signature is as good as random, so no mask is better than another; trying all eight takes 16 ms of 19.
MASK = 3
QUIET_MODULES = 4  # ISO/IEC 18004 §6.3.8


def qr_matrix(code: QrCode) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, True for dark, without the quiet zone of 4 modules that must surround them."""
    return tuple(tuple(bool(module) for module in row) for row in _symbol(code).matrix)


def qr_svg(code: QrCode) -> str:
    """An SVG, for a page or as a file, that fills the width it is given, with its quiet zone; dark modules on white."""
    drawn = BytesIO()
    _symbol(code).save(drawn, kind="svg", xmldecl=False, nl=False, border=QUIET_MODULES, omitsize=True, light="#fff")
    return drawn.getvalue().decode()


def address_svg(address: str) -> str:
    """An SVG of an address that a phone opens; as `qr_svg`, and of nothing that is proved."""
    drawn = BytesIO()
    symbol = import_module("segno").make(address, error=ERROR_LEVEL, micro=False)
    symbol.save(drawn, kind="svg", xmldecl=False, nl=False, border=QUIET_MODULES, omitsize=True, light="#fff")
    return drawn.getvalue().decode()


def _symbol(code: QrCode) -> "QRCode":
    # Loaded only where a code is drawn: a gateway draws none.
    segno, consts = import_module("segno"), import_module("segno.consts")
    segments = [(f"{code.host}#", consts.MODE_BYTE), (base32.encode(code.cose), consts.MODE_ALPHANUMERIC)]
    symbol: QRCode = segno.make(segments, error=ERROR_LEVEL, micro=False, mask=MASK)
    return symbol
