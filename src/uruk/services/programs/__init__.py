"""What the institution's own programs do with cases: find, follow and read them, hand them in, record payments."""
