"""Edits: verbs, one a file; each is a pure function of a project and arguments that returns a changeset."""
