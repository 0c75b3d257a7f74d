"""Figures of speed, each beside a fixed calibration of the machine; nothing here is run by make test."""
