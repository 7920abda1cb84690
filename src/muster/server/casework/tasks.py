"""What time alone brings about for use cases."""

from django_tasks import task


@task()
def refresh_due() -> int:
    """Work out anew each standing that is outdated or whose time has come; return how many. Harmless if done twice."""
    from muster.server.casework.actions.standing import BATCH, refresh_stale

    made = worked = refresh_stale()
    while worked == BATCH:
        worked = refresh_stale()
        made += worked
    return made
