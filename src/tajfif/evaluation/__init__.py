"""How well screening does on a list: synthetic tests with named manipulations, their metrics, a report."""
