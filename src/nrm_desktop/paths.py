"""Where things lie: the shipped resources, and the folders of this user on this system.

Decides places only; it makes no folder and opens no file. The folder name is neutral on purpose:
somebody who looks over the disk should not read from it what the program is for.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import PlatformDirs

from nrm_desktop.domain.errors import EnvironmentFault

MARKER = "MANIFEST.toml"
FOLDER = "field-notes"


class ResourcesMissing(EnvironmentFault):
    """The installation is incomplete: packs, texts, fonts and icons are in neither place.

    Shape: `installed` and `checkout` name the two places that were looked at.
    """

    default_code = "program.resources_missing"

    def __str__(self) -> str:
        """Name both places, also where no catalogue can be loaded: the texts are missing too."""
        return f"{self.code}: neither {self.params['installed']} nor {self.params['checkout']}"


def resource_root() -> Path:
    """Give the folder of packs, texts, fonts and icons, for a checkout and for an installed wheel.

    Raises: ResourcesMissing when neither place holds the marker file.
    """
    return locate_resources(Path(__file__).parent)


def locate_resources(package: Path) -> Path:
    """Find the resources that belong to the package lying in this folder.

    Never searches elsewhere: an editable install leaves an old copy in site-packages, which must
    not be mistaken for the resources of this checkout.
    """
    installed = package / "_resources"
    checkout = package.parent.parent / "resources"
    for place in (installed, checkout):
        if (place / MARKER).is_file():
            return place
    raise ResourcesMissing(installed=str(installed), checkout=str(checkout))


def data_dir() -> Path:
    """Give the folder in which vault folders lie; on this computer only, never roaming."""
    return _system_folders().user_data_path


def config_dir() -> Path:
    """Give the folder of the settings that have no case meaning: language, theme, window size."""
    return _system_folders().user_config_path


def state_dir() -> Path:
    """Give the folder of logs and anchors; a vault folder never holds these."""
    return _system_folders().user_state_path


def _system_folders() -> PlatformDirs:
    return PlatformDirs(FOLDER, appauthor=False, roaming=False)
