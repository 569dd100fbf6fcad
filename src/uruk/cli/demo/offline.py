"""`python -m uruk.cli.demo.offline`: the command on a machine without a network; what would leave it is refused."""

import sys

from uruk.cli.main import main

# Reaching out, and asking for somebody's address. A hook of this kind cannot be taken back by anything that runs here.
NETWORK = frozenset({"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"})


def _refuse(event: str, _: object) -> None:
    if event in NETWORK:
        raise OSError(f"there is no network here: {event}")


if __name__ == "__main__":
    sys.addaudithook(_refuse)
    main()
