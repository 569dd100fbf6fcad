"""`uruk new`: what somebody who describes a country begins with."""

from uruk.cli.new.command import app

__all__ = ["app"]
