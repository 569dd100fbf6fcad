"""Rules of notices: addresses as they are kept, and the words of messages."""
