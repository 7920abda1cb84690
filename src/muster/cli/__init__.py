"""The command line: `muster NOUN VERB`, one module per noun, each loaded when it is called."""

from muster.cli.nouns import build_app


def main() -> None:
    """Run the command line (the entry point `muster`)."""
    build_app()()
