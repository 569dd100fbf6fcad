"""The door of rest, for commands alone: what the published suites of other people need to be there."""

from uruk.rest.govstack.loading import Loaded, load_test_data

__all__ = ["Loaded", "load_test_data"]
