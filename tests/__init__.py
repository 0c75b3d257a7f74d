"""Tests mirror gis_app; data for them lies in cases/."""
