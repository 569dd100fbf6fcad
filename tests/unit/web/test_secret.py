import os
import subprocess
import sys
from pathlib import Path

from uruk.web.secret import keep_secret, secret_key

ROOT = Path(__file__).resolve().parents[3]


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "node"
    keep_secret(data)
    first = secret_key("", data)
    keep_secret(data)
    assert secret_key("", data) == first
    assert len(first) >= 50
    assert (data / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in data.iterdir()] == ["secret"]


def test_a_given_secret_goes_before_the_stored_one(tmp_path: Path) -> None:
    keep_secret(tmp_path)
    assert secret_key("given", tmp_path) == "given"


def test_without_a_data_folder_the_secret_lives_as_long_as_the_process(tmp_path: Path) -> None:
    assert secret_key("", tmp_path / "none") != secret_key("", tmp_path / "none")


def test_importing_the_settings_writes_nothing(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("URUK_")},
        "URUK_DATA": str(tmp_path / "node"),
        "PYTHONPATH": str(ROOT / "src"),
    }
    subprocess.run([sys.executable, "-c", "import uruk.web.settings"], env=environment, check=True, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
