"""What a passkey's signature counter may do between two assertions (WebAuthn §6.1.1)."""


def counter_moved(stored: int, shown: int) -> bool:
    """Whether the counter moved as it must: upwards, unless the authenticator keeps none (both are 0)."""
    return shown > stored or (shown == 0 and stored == 0)
