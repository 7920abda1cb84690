"""The 37 rules of the quality job, for peers whose environments cannot import the bench: read from its cache."""

import json
import sys
from pathlib import Path

RULES: list[dict] = json.loads((Path(sys.argv[2]) / "rules.json").read_text(encoding="utf-8"))
