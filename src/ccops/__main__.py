"""`python -m ccops`."""

from ccops.cli.main import main

main()
