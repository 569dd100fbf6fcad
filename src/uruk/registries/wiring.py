"""What this room tells those below it, once, when Django is ready."""
