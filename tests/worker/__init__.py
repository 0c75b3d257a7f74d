"""Tests of gis_app.worker."""
