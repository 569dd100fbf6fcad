"""A node as a child of a command: its processes stop when told, and when the command is gone, however it ended."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO

PARENT_PIPE = "NODE_PARENT_PIPE"  # as the processes of a node know it


def start_node(environment: Mapping[str, str], output: IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
    """Start `uruk serve` with these settings beside ours, in a session of its own; it writes where we do, or there."""
    # Our end is closed by nobody but the system, when we are gone: that is what the node waits for.
    theirs, _ours = os.pipe()
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "uruk.web.server"],
            env={**os.environ, **environment, PARENT_PIPE: str(theirs)},
            pass_fds=(theirs,),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    finally:
        os.close(theirs)
