import sys

from otklik.start.cli import main

sys.exit(main())
