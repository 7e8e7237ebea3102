"""python -m rvr_console.gateway"""

import sys

from rvr_console.gateway.program import main

sys.exit(main(sys.argv[1:]))
