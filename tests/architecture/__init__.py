"""Tests of the plan itself."""
