"""Text as names use it: folding, name parts and their roles, cross-script keys, dates, countries, identifiers."""
