"""A process that stops in the middle of an act, so that a test can kill it there."""

import sys
import time

from muster.server.boot import boot

boot()

from django.db import transaction  # noqa: E402

from muster.server.identity.actions import OPERATOR, grant_role  # noqa: E402
from muster.server.identity.models import Person, RoleGrant  # noqa: E402

with transaction.atomic():
    person = Person.objects.create(id=sys.argv[1])
    grant_role(OPERATOR, person=person.id, role="validator")
    assert RoleGrant.objects.count() == 1
    sys.stdout.write("row and leaf are written, nothing is committed\n")
    sys.stdout.flush()
    time.sleep(600)
