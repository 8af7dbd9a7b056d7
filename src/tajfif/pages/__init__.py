"""Pages that a person looks at: one file each, which opens without a network. Reach for :func:`render_page` to draw a graph."""

from tajfif.pages.page import MOST_EDGES, PageFinding, render_page

__all__ = ["MOST_EDGES", "PageFinding", "render_page"]
