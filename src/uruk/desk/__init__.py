"""Officer pages: drafts, release, what was released, revocation."""
