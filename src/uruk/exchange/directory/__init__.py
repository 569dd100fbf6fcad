"""The country directory: members, nodes, keys and logs of one country as signed, versioned files."""
