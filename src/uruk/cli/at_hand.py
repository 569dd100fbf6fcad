"""What commands need that act on a node: its folder, tables and log, whether or not the node is being served."""

from collections.abc import Iterator
from contextlib import contextmanager

from uruk.cli.node import set_up
from uruk.cli.output import data_folder, errors_as_sentences


@contextmanager
def node_at_hand(language: str) -> Iterator[None]:
    """Make tables and log ready; a coded error inside becomes its sentence and exit code 1.

    Errors: cli.data_missing where the settings name no node, as when none were given.
    """
    with errors_as_sentences(language):
        data_folder(None)
        set_up()
        from uruk.acts.api import instance_code, log_at_hand

        with log_at_hand(instance_code()):
            yield
