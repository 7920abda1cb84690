"""Data that lie in a warehouse or on a cluster: the same requests, in the words of the engine that holds the data.

Nothing here is imported before such data are handed over; psycopg, pyspark and ibis are never imported by name
before their own objects (or a URL) are.
"""
