"""Trucks of common Chinese build by name, for `vehicle` of a scenario; figures are engineering values.

The semitrailer combination is 17.0 m long (GB 1589 lets 17.1 m): the kingpin is taken to sit over the
drive axle, where most tractors carry it some decimetres before.
"""

from hil.plant.body import Body, Trailer

RATIO = 20.0  # hand wheel to road wheel

VEHICLES: dict[str, Body] = {
    # axles 1.80 + 3.20 + 1.35 m
    "tipper_8x4": Body(9.8, 2.5, -7.125, 5.675, RATIO, laden_t=31.0, empty_t=14.0),
    # axles 1.80 + 3.00 + 1.35 m
    "mixer_8x4": Body(9.3, 2.5, -6.925, 5.475, RATIO, laden_t=31.0, empty_t=14.5),
    # axles 3.60 + 1.35 m
    "tipper_6x4": Body(8.5, 2.5, -5.675, 4.275, RATIO, laden_t=25.0, empty_t=12.0),
    # tractor 3.60 m, trailer 13.6 m long with its bogie 8.1 m behind the kingpin
    "semitrailer": Body(
        6.2, 2.55, -5.0, 3.6, RATIO, Trailer(8.1, 1.6, 12.0, 2.55), laden_t=49.0, empty_t=15.0
    ),
}
