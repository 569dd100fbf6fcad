"""Django settings of the test-suite: a temporary node, in demonstration mode, on SQLite or URUK_TEST_POSTGRES."""

import atexit
import os
import shutil
import tempfile

_NODE = tempfile.mkdtemp(prefix="uruk-test-")
atexit.register(shutil.rmtree, _NODE, ignore_errors=True)
os.environ.update(
    URUK_DATA=_NODE,
    URUK_NODE="test",
    URUK_MODE="demonstration",
    URUK_PUBLIC_URL="http://localhost:8000/",
    URUK_SECRET_KEY="a secret that guards nothing but tests",
    URUK_KEY_PASSPHRASE="",  # made by each node: one that a person chose is stretched, and every test makes keys
    URUK_DATABASE=os.environ.get("URUK_TEST_POSTGRES", ""),
)

from uruk.web.settings import *  # noqa: E402,F403
from uruk.web.settings import DATABASES  # noqa: E402

DATABASES["default"]["TEST"] = {} if os.environ["URUK_DATABASE"] else {"NAME": f"{_NODE}/test.sqlite3"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if os.environ["URUK_DATABASE"]:
    # No test cuts the server's power: a disk need not be waited for. A node's own settings are looked at in unit/web.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
