"""The tables of documents, as they came to be."""
