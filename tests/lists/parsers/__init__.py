"""Tests of lists.parsers."""
