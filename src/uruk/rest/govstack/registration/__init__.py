"""GovStack's Registration interface over services: services, forms, applications, tasks, documents, statistics."""
