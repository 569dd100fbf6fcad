"""Services for the programs of their institution: what they ask, and cases."""
