"""What the edge must know of a truck and its radars, read from one TOML per kind of fit."""

from edge_controller.config.fit import (
    FITS,
    Brake,
    Fit,
    Radio,
    RightTurnStop,
    Trailer,
    Truck,
    load_fit,
    shipped_fit,
)
from edge_controller.config.radars import (
    CFAR_KINDS,
    SPEED_OF_LIGHT_MPS,
    Array,
    CfarKind,
    Profile,
    Radar,
    read_array,
    read_radars,
)

__all__ = [
    "CFAR_KINDS",
    "FITS",
    "SPEED_OF_LIGHT_MPS",
    "Array",
    "Brake",
    "CfarKind",
    "Fit",
    "Profile",
    "Radar",
    "Radio",
    "RightTurnStop",
    "Trailer",
    "Truck",
    "load_fit",
    "read_array",
    "read_radars",
    "shipped_fit",
]
