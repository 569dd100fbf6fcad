"""Finding a service and applying for it: the directory, what a service is, the guide, one step a page, submission."""
