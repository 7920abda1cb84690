"""The living example: an organisation with people, models on real data, and work at every stage."""
