"""What portal and desk share: the base page, the stylesheet of tokens, form and table of any definition's fields."""
