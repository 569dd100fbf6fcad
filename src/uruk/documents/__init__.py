"""Official documents: types, drafts, release by a second officer, sealing, revocation, checks."""
