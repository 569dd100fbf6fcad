"""What all tests share: a node of their own, its log writer in this process, persons and passkeys."""

import os
import sys

from django.conf import settings
from django.db import connections
from django.utils.functional import empty

# pytest-django reads the settings before any conftest: forget what it read and take the suite's own.
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
sys.modules.pop("uruk.web.settings", None)
settings._wrapped = empty
connections.__dict__.pop("settings", None)

pytest_plugins = ("tests.fixtures",)
