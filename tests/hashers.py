"""Argon2 with the least work it allows: the same code as in production, without its cost in every test."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """Argon2id with one pass over 8 KiB."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
