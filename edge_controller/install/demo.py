"""The make-believe office of the demo: it knows one unit, one installer, and that the truck is simulated."""

from edge_controller.registration.identity import InstallerIdentity, UnitIdentity
from edge_controller.registration.record import FitUsed
from edge_controller.registration.trust import (
    ApprovedFirmware,
    ApprovedFit,
    KnownUnit,
    Office,
    Trust,
    TrustedInstaller,
    trust_of,
)


def demo_trust(
    *,
    office: str,
    unit: UnitIdentity,
    installer: InstallerIdentity,
    firmware: ApprovedFirmware,
    fit: FitUsed,
    not_before_s: int,
    not_after_s: int,
) -> Trust:
    """What a demo office holds. Its installer key is marked demo, so no real truck passes with it."""
    known = TrustedInstaller(
        installer.id, installer.organisation, installer.public_key, not_before_s, not_after_s, demo=True
    )
    return trust_of(
        Office(office, "Nearside demo", ("muck_truck", "mixer"), max_valid_days=366, accept_simulated=True),
        installers=[known],
        units=[KnownUnit(unit.serial, unit.public_key)],
        firmware=[firmware],
        fits=[ApprovedFit(fit.name, fit.sha256)],
    )
