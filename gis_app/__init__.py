"""ParkPlan 园区规划: every package of the program; nothing outside it is imported at run time but data."""

__version__ = "0.1.0"
