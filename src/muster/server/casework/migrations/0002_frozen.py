from django.db import migrations

from muster.server.frozen import freeze


class Migration(migrations.Migration):
    """The database itself refuses a change of what was written once."""

    dependencies = [("casework", "0001_initial")]
    operations = [
        freeze("casework", "AnswerRow", mutable=("superseded_at",)),
        freeze("casework", "EvidenceRow"),
        freeze("casework", "SignOffRow", mutable=("withdrawn_at", "comment",)),
        freeze("casework", "Decision"),
        freeze("casework", "Blob"),
    ]
