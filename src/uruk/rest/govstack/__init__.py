"""GovStack's interfaces of 2023, as thin adapters over registries and services: their shapes stay here."""
