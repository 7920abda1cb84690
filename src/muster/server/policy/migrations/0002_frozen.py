from django.db import migrations

from muster.server.frozen import freeze


class Migration(migrations.Migration):
    """The database itself refuses a change of what was written once."""

    dependencies = [("policy", "0001_initial")]
    operations = [
        freeze("policy", "FrameworkVersion", mutable=("current",)),
    ]
