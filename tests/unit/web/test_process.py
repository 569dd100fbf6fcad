"""What is forked has chance of its own, listens to nobody's signals but its own, and goes by its own name."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHANCE = """
import os, random, secrets, sys, uuid
import gunicorn.app.base
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from uruk.kernel.api import new_id
from uruk.web.process import Forked

def draw():
    yield secrets.token_hex(16)
    yield random.random()
    yield uuid.uuid4()
    yield new_id().int & (1 << 62) - 1
    yield ed25519.Ed25519PrivateKey.generate().private_bytes_raw().hex()
    yield ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    yield rsa.generate_private_key(65537, 1024).private_numbers().p
    yield AESGCM.generate_key(256).hex()
    yield PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("one password").rpartition("p=1$")[2]

list(draw())  # every source has been used, and so has a state that children inherit

def told(path):
    def work():
        with open(path, "w") as file:
            file.write("\\n".join(map(str, draw())))
        return 0
    return work

pipe, ours = os.pipe()
for child in [Forked("drawing", told(path), pipe, (ours,)) for path in sys.argv[1:]]:
    assert child.wait() == 0
"""

LISTENING = """
import os, signal, sys, time
from pathlib import Path
from uruk.web.process import Forked

signal.signal(signal.SIGTERM, lambda *_: print("whoever forks was told", flush=True))

def work():
    Path(sys.argv[1]).write_bytes(Path("/proc/self/cmdline").read_bytes())
    time.sleep(60)
    return 0

pipe, ours = os.pipe()
child = Forked("waiting", work, pipe, (ours,))
child.terminate()
print(child.wait(50), flush=True)
child = Forked("waiting", work, pipe, (ours,))
while not Path(sys.argv[1]).exists() or not Path(sys.argv[1]).read_bytes():
    time.sleep(0.01)
child.kill()
print(child.wait(50), flush=True)
child = Forked("failing", lambda: 1 / 0, pipe, (ours,))
print(child.wait(50), flush=True)
"""


def run(program: str, *words: Path) -> str:
    command = [sys.executable, "-W", "ignore", "-c", program, *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=100, env=os.environ).stdout


def test_no_two_children_draw_alike(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    run(CHANCE, first, second)
    drawn = list(zip(first.read_text().splitlines(), second.read_text().splitlines(), strict=True))
    assert len(drawn) == 9
    assert [one for one, other in drawn if one == other] == []


def test_a_child_that_is_told_to_stop_before_it_can_listen_stops(tmp_path: Path) -> None:
    seen = run(LISTENING, tmp_path / "shown").split()
    assert seen == [str(-signal.SIGTERM), str(-signal.SIGKILL), "1"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process write what it is shown as")
def test_a_child_goes_by_its_own_name(tmp_path: Path) -> None:
    run(LISTENING, tmp_path / "shown")
    assert (tmp_path / "shown").read_bytes().rstrip(b"\0").split(b"\0") == [b"uruk.web.process", b"waiting"]
