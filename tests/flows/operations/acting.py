"""Officers of three institutions who act at the same moment: `python -m tests.flows.operations.acting`.

As long as it runs each acknowledged act is a line, institution and act; `check` reads such and prints what is wrong.
"""

import os
import sys
import threading
import time
from uuid import UUID

import django

CODES = ("interior", "health", "justice")


def main(what: str) -> None:
    """Act until standard input ends, or check the acts that stand there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()
    (_check if what == "check" else _act)()


def _act() -> None:
    from uruk.acts.api import establish, instance_code
    from uruk.kernel.api import Text

    for code in CODES:
        establish(code, Text("وزارة", "وەزارەت", f"Ministry {code}"), instance_code())
    for code in CODES:
        threading.Thread(target=_go_on, args=(code,), daemon=True).start()
    sys.stdin.read()


def _go_on(code: str) -> None:
    from django.db import Error, close_old_connections

    from uruk.acts.api import Deed, perform
    from uruk.kernel.api import Actor, CodedError, new_id

    while True:
        act = new_id()
        deed = Deed(
            type="test.done", role="decided", author=code, body={}, rows=lambda _: None, act_id=act
        )  # fmt: skip
        try:
            perform(Actor.system(code), deed)
        except (CodedError, Error, OSError) as error:  # not acknowledged: a process was killed
            sys.stderr.write(f"{code} {error}\n")
            close_old_connections()
            time.sleep(0.05)
        else:
            os.write(1, f"{code} {act}\n".encode())


def _check() -> None:
    from uruk.acts.api import complete_pending, count_pending, directory, receipt_of
    from uruk.kernel.api import CodedError
    from uruk.trust.api import verify_receipt

    complete_pending()
    left = count_pending()
    if left:
        sys.stdout.write(f"{left} acts are pending\n")
    listed = directory()
    for line in sys.stdin:
        code, act = line.split()
        try:
            receipt = receipt_of(UUID(act))
            verify_receipt(receipt, listed, type="test.done", author=code)
        except (CodedError, AttributeError) as error:
            sys.stdout.write(f"{line.strip()}: {error}\n")


if __name__ == "__main__":
    main(sys.argv[1])
