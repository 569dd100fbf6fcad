"""What a child process that reads foreign files may use."""

import resource


def limit(memory_bytes: int, cpu_s: int) -> None:
    """Bound what this process may use: memory, processor time; it writes no files and opens few."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
