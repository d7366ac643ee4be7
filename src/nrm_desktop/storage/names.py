"""Names of the files of a vault folder that storage knows; neutral, and the same in a backup."""

from typing import Final

DATABASE: Final = "vault.db"
FILES: Final = "files.db"
