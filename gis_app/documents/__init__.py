"""Documents handed to people (reports, letters, tables) from plain results; no judging, no Qt."""
