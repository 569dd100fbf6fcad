"""The rules of documents: pure functions over definitions and proposals."""
