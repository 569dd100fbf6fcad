"""What a child process that reads foreign files may use, and how large a spreadsheet may be."""

import resource

MAX_ROWS = 100_001  # with the line of headings
MAX_COLUMNS = 500
MAX_TEXT = 32_767  # as much as a cell can hold in the programs that write them


def limit(memory_bytes: int, cpu_s: int) -> None:
    """Bound what this process may use: memory, processor time; it writes no files and opens few."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
