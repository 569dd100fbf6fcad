"""Whether two records may be about the same person, with a score and its reasons. Pure; a person always decides."""
