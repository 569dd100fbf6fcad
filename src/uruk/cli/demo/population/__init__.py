"""Synthetic people for the demonstration and for measuring: families over four generations, the same for each seed."""

from uruk.cli.demo.population.rows import people_rows

__all__ = ["people_rows"]
