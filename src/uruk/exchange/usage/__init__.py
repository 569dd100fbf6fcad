"""Who read whose data: the index by keyed hash, and the answers to findUsage."""
