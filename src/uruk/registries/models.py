"""Tables that all registries share; each registry's own are made when it is published (`tables.py`)."""
