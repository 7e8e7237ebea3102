"""python -m rvr_console.cad_simulator"""

import sys

from rvr_console.cad_simulator.program import main

sys.exit(main(sys.argv[1:]))
