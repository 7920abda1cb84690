from django.db import migrations

from muster.server.frozen import freeze


class Migration(migrations.Migration):
    """The database itself refuses a change of what was written once."""

    dependencies = [("operations", "0001_initial")]
    operations = [
        freeze("operations", "Permit", mutable=("revoked_at", "revoked_by", "revoked_reason",)),
        freeze("operations", "Deployment", mutable=("ended_at",)),
    ]
