"""A project's layers as a scene, and the scene as a picture (QtGui); no widgets, no events, no judging."""
