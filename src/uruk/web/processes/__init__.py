"""The processes of a node: the log's writer, the pages, the jobs."""
