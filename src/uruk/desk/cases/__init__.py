"""Cases at an office: its queues, the next case, what may be done with it."""
