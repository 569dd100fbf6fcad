"""What a citizen sees: home, verifying a document, my documents, my account."""
