"""The command line: ``python -m parcels …``, one file a command."""
