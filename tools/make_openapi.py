"""Write the description of the REST API to docs/reference/openapi.json; `--check` only says whether it is current."""

import json
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).parent.parent / "docs" / "reference" / "openapi.json"


def render() -> str:
    """Return the description as text, the same for the same API."""
    from muster.server.boot import boot

    boot()
    from muster.server.api.application import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"


def main() -> int:
    """Write or check."""
    text = render()
    if "--check" in sys.argv[1:]:
        if SNAPSHOT.exists() and SNAPSHOT.read_text(encoding="utf-8") == text:
            return 0
        print(f"{SNAPSHOT} is not current: run tools/make_openapi.py and look at the difference", file=sys.stderr)
        return 1
    SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
    SNAPSHOT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
