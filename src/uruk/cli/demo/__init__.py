"""`uruk demo`: a small country on this machine, and the journey of the product played through it."""

from uruk.cli.demo.command import demo

__all__ = ["demo"]
