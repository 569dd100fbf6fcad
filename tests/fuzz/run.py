"""Fuzzes every parser of foreign bytes with atheris (coverage-guided), each harness in a process of its own.

python tests/fuzz/run.py --seconds 60 [--only name]     exit code 1 if anything was found
Needs the extra `fuzz`. What was found is written under --found (build/fuzz) and named at the end.
"""

import argparse
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def harnesses():
    """All harnesses by name."""
    from tests.fuzz import codes, exchange, files, logs, usages, witnesses

    found = (
        *codes.HARNESSES,
        *logs.HARNESSES,
        *files.HARNESSES,
        *exchange.HARNESSES,
        *usages.HARNESSES,
        *witnesses.HARNESSES,
    )
    return {each.name: each for each in found}


def child(name: str, corpus: str, options: list[str]) -> None:
    """Fuzz one harness; never returns."""
    import atheris

    with atheris.instrument_imports(include=["uruk", "pyhanko", "asn1crypto", "ruamel"]):
        harness = harnesses()[name]
    logging.disable()  # pyHanko tells of every oddity
    for number, seed in enumerate([*harness.seeds(), *harness.more]):
        (Path(corpus) / f"seed-{number}").write_bytes(seed)
    atheris.Setup([name, corpus, *options], harness.run)
    atheris.Fuzz()


def parent(names: list[str], seconds: int, found: Path) -> int:
    """Run the harnesses one after another; return how many found something."""
    failed = []
    found.mkdir(parents=True, exist_ok=True)
    for name in names:
        with tempfile.TemporaryDirectory() as corpus:
            limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
            command = [sys.executable, __file__, "--child", name, "--corpus", corpus, *limits]
            result = subprocess.run(
                [*command, f"-artifact_prefix={found}/{name}-"], cwd=ROOT, capture_output=True, text=True, check=False
            )
        executed = [line.split()[-1] for line in result.stderr.splitlines() if "number_of_executed_units" in line]
        say(f"{name}: {executed[0] if executed else '?'} inputs, {'FOUND' if result.returncode else 'nothing found'}")
        if result.returncode:
            failed.append(name)
            told = [line for line in result.stderr.splitlines() if not line.startswith("INFO:")]
            say("\n".join([result.stdout[-2000:], *told[-40:]]))
    return len(failed)


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each harness")
    parser.add_argument("--only", help="one harness")
    parser.add_argument("--found", type=Path, default=ROOT / "build/fuzz")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--corpus", help=argparse.SUPPRESS)
    arguments, options = parser.parse_known_args()
    if arguments.child:
        child(arguments.child, arguments.corpus, options)
    names = [arguments.only] if arguments.only else list(harnesses())
    return 1 if parent(names, arguments.seconds, arguments.found) else 0


if __name__ == "__main__":
    sys.exit(main())
