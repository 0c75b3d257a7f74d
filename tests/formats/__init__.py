"""Tests of gis_app.formats."""
