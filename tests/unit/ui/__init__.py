"""Tests of what portal and desk share."""
