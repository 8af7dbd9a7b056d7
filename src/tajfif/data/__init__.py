"""Data files of the package: the bundled list, the learned tables, word lists."""
