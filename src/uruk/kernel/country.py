"""Where the country's folder lies: the setting's path, or one of those bundled."""

from importlib.resources import files
from pathlib import Path

from uruk.kernel.errors import CodedError


def bundled_countries() -> dict[str, Path]:
    """Return name → folder of the countries that come with Uruk: in the wheel, or beside src in a checkout."""
    package = Path(str(files("uruk")))
    inside, beside = package / "countries", package.parents[1] / "countries"
    folder = inside if inside.is_dir() else beside
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: path for path in found if (path / "country.yaml").is_file()}


def country_folder(country: str) -> Path:
    """Return the folder that the setting URUK_COUNTRY means: a path, a bundled name, or empty for the only one bundled.

    Errors: kernel.country_not_found, kernel.country_not_given.
    """
    bundled = bundled_countries()
    if not country:
        if len(bundled) != 1:
            raise CodedError("kernel.country_not_given", names=", ".join(bundled) or "-")
        return next(iter(bundled.values()))
    if country in bundled:
        return bundled[country]
    if not (Path(country) / "country.yaml").is_file():
        raise CodedError("kernel.country_not_found", name=country)
    return Path(country)
