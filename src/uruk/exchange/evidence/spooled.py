"""Reading a large body as the gateway sealed it: pieces of 64 KiB, AES-256-GCM, the nonce is the piece's number."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from uruk.kernel.api import CodedError

PIECE_BYTES, TAG_BYTES, NONCE_BYTES = 64 * 1024, 16, 12


def spooled_pieces(folder: Path, name: str) -> Iterator[bytes]:
    """The bytes, in order, of the body that evidence names `file:key`; gone or changed: `exchange.spool_damaged`."""
    file_name, _, key = name.partition(":")
    try:
        sealer = AESGCM(bytes.fromhex(key))
        with (folder / file_name).open("rb") as file:
            number = 0
            while sealed := file.read(PIECE_BYTES + TAG_BYTES):
                yield sealer.decrypt(number.to_bytes(NONCE_BYTES, "big"), sealed, None)
                number += 1
    except (InvalidTag, ValueError, OSError) as error:
        raise CodedError("exchange.spool_damaged") from error
