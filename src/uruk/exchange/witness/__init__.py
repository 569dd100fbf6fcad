"""Witnessing: cosigning the checkpoints of other operators' logs, and what is done about two histories."""
