"""Somebody else's files turned into subjects. Reach for it before anything that came from outside is screened."""
