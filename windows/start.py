"""Start ParkPlan from the portable folder; the worker processes come back to this file."""

import sys

if __name__ == "__main__":
    from gis_app.cli import main

    sys.exit(main())
