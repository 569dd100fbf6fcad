"""Who read whose data: the index that every member keeps of the reads of its own records."""
