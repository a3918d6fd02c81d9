"""How long the console's questions take among very many findings, and a bare engine's beside them.

Run as: PYTHONPATH=tests:. python benchmarks/investigating.py [--findings 1000000
--folder /tmp/bench] [--elasticsearch]; what it asks is in tests/reading_room/measuring.py.
"""

from __future__ import annotations

import runpy

if __name__ == "__main__":
    runpy.run_module("reading_room.measuring", run_name="__main__")
