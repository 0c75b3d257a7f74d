"""The window: widgets, what they show and what a click asks for; it judges nothing and writes no park."""
