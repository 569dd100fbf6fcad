"""The door of registries: records with their whole history."""

__all__: list[str] = []
