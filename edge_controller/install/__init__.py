"""Fitting a unit to a truck: the record put together from the results of the steps."""

from edge_controller.install.assemble import fit_of, installation_record
from edge_controller.install.demo import demo_trust

__all__ = ["demo_trust", "fit_of", "installation_record"]
