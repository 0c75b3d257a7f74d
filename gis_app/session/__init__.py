"""The open project at work: what a click and a command both go through.

No widgets, no printing, no judging of its own.
"""
