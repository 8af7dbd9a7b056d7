"""How well screening does, measured on lists and names of one's own choice. Reach for it to show what a system finds and what it costs."""
