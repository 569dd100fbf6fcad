"""The door of acts."""
