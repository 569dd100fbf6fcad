"""The language of definitions: reading with line numbers, fields, texts, expressions, findings."""
