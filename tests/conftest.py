"""What every test shares: the cast, and how hypothesis searches."""

from hypothesis import HealthCheck, settings

# Time on a shared machine says nothing about the code: no deadline, no complaint about slow generation.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")

pytest_plugins = ["people", "living"]
