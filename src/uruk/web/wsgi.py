"""What a WSGI server calls."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
_django = get_wsgi_application()
_CHARSET = re.compile(r";\s*charset\*?\s*=[^;]*", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request. It is read as UTF-8, which our pages and programs send, whatever it says of itself.

    Django would take any codec of Python's for it: some make no text of bytes, and some make half letters.
    """
    environ["CONTENT_TYPE"] = _CHARSET.sub("", environ.get("CONTENT_TYPE", ""))
    return _django(environ, start_response)
