"""Tests of the registries' pages at the desk."""
