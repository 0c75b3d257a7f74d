"""Editing on the map: the tools of the hand and their bench; what an edit does is decided in ``edits``."""
