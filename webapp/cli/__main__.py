"""``python -m webapp.cli``: the same as the command ``shicheng``."""

import sys

from webapp.cli import main

sys.exit(main())
