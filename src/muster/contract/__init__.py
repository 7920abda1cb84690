"""Request and response types that server and client share. Core types travel as they are."""
