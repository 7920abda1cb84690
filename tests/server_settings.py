"""The server's settings for tests: a home of its own, quick passwords, a database in a file or on PostgreSQL.

MUSTER_TEST_DATABASE names a PostgreSQL database (``tools/postgres.sh start`` prints one); empty means SQLite.
"""

import atexit
import os
import shutil
import tempfile

os.environ["MUSTER_HOME"] = _home = tempfile.mkdtemp(prefix="muster-test-")
os.environ["MUSTER_DATABASE_URL"] = os.environ.get("MUSTER_TEST_DATABASE", "")
for _name in ("MUSTER_DEBUG", "MUSTER_PUBLIC_URL", "MUSTER_PUBLIC_LEDGER", "MUSTER_BEHIND_PROXY", "MUSTER_ORIGIN"):
    os.environ.pop(_name, None)
atexit.register(shutil.rmtree, _home, ignore_errors=True)

from muster.server.settings import *  # noqa: E402, F403
from muster.server.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}  # threads need a file
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"
else:
    DATABASES["default"]["OPTIONS"].pop("pool")  # a pool would hold the test database open when it is dropped
