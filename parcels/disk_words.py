"""What the operating system says of a file, in the reader's language."""

from __future__ import annotations

import errno
import re
import tomllib
from pathlib import Path
from typing import Any

from gis.language import Problem, Text, _

WORDS: dict[int, Text] = {
    errno.ENOENT: _("there is no such file or folder"),
    errno.EISDIR: _("it is a folder"),
    errno.ENOTDIR: _("part of its path is a file, not a folder"),
    errno.EEXIST: _("this command reads or writes it already"),
    errno.EACCES: _("access is denied"),
    errno.EPERM: _("access is denied"),
    errno.EROFS: _("the disk can only be read"),
    errno.ENOSPC: _("the disk is full"),
    errno.EDQUOT: _("the disk is full"),
    errno.EFBIG: _("the disk takes no file of this size"),
    errno.ENAMETOOLONG: _("its name is too long"),
    errno.EBUSY: _("another program holds it"),
    errno.ETXTBSY: _("another program holds it"),
}


def disk_words(error: OSError) -> Text:
    """Return why the system refused, without its English."""
    return WORDS.get(error.errno or 0, _("error {number} of the system", number=error.errno))


def toml_of(path: Path, what: Text) -> dict[str, Any]:
    """Return a TOML file's entries; raises Problem that calls the file ``what``."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        why: Text = disk_words(error)
    except UnicodeDecodeError:
        why = _("it is not UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        why = _("mistake at line {line}, column {column}", line=at[1], column=at[2]) if at else (
            _("it ends before an entry does"))  # fmt: skip
    raise Problem(_("{file} is no {what} (TOML): {error}.", file=path.name, what=what, error=why))
