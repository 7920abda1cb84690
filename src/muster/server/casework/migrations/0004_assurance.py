from django.db import migrations, models

from muster.server.frozen import freeze, thaw


class Migration(migrations.Migration):
    """Who ran each proof. SQLite rebuilds the table for a new column and forgets its trigger: it is made anew."""

    dependencies = [("casework", "0003_check_runs")]
    operations = [
        thaw("casework", "EvidenceRow"),
        migrations.AddField("evidencerow", "assurance", models.CharField(default="builder", max_length=10)),
        freeze("casework", "EvidenceRow"),
    ]
