"""Applying: the pages that a service asks, alike for a citizen and for a clerk who writes down what somebody says."""
