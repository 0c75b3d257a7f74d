"""Pure functions on shapes, numbers and coordinate systems; no tables, files or feature types."""
