"""The suite."""

from tests.memory import write_to_memory

write_to_memory()
