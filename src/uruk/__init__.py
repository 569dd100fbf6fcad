"""Uruk: a government's registries, services and exchange in one package, with a receipt for every act."""

import sys

# Where rich is installed structlog imports it, to paint tracebacks, which here are lines: half of what structlog costs
# at each start of each process of ours.
if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]
