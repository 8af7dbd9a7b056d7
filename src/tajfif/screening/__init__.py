"""Screening: names against lists, with the reasons."""
