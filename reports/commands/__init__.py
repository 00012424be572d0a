"""The reporting loop's commands, one file each with ``add_to``, one line in ``__main__``."""
