"""One record before one office at one time: what the rules ask questions of."""

from dataclasses import dataclass
from functools import cached_property

from edge_controller.registration.checks import Commissioning
from edge_controller.registration.plate import plate_problem
from edge_controller.registration.problem import Problem
from edge_controller.registration.record import InstallationRecord, SignedInstallation
from edge_controller.registration.times import utc_text
from edge_controller.registration.trust import (
    ApprovedFirmware,
    ApprovedFit,
    KnownUnit,
    Office,
    Trust,
    TrustedInstaller,
)
from edge_controller.registration.vin import vin_problem


@dataclass(frozen=True)
class Case:
    """Everything a rule may look at; nothing here judges."""

    signed: SignedInstallation
    trust: Trust
    now_s: int
    vin_seen: str | None = None  # on the truck in front of the officer

    @property
    def record(self) -> InstallationRecord:
        """What the document says."""
        return self.signed.record

    @property
    def office(self) -> Office:
        """Who is asked."""
        return self.trust.office

    @property
    def signer(self) -> TrustedInstaller | None:
        """The installer whose key the outer signature names, where the office knows it."""
        return self.trust.installers.get(self.signed.installer_part.kid)

    @cached_property
    def installer_signed(self) -> bool:
        """Whether the known signer's key made the outer signature."""
        return self.signer is not None and self.signed.installer_part.verifies(self.signer.public_key)

    @cached_property
    def unit_signed(self) -> bool:
        """Whether the unit key in the record made the inner signature; whose it is, is another question."""
        return self.signed.unit_part.verifies(self.record.unit.public_key)

    @property
    def unit(self) -> KnownUnit | None:
        """The maker's entry for the serial."""
        return self.trust.units.get(self.record.unit.serial)

    @property
    def firmware(self) -> ApprovedFirmware | None:
        """The approved image of that hash."""
        return self.trust.firmware.get(self.record.software.firmware_sha256)

    @property
    def fit(self) -> ApprovedFit | None:
        """The approved fit of that hash."""
        return self.trust.fits.get(self.record.fit.sha256)

    @cached_property
    def vin_problem(self) -> Problem | None:
        """What is wrong with the typed VIN."""
        return vin_problem(self.record.vehicle.vin)

    @cached_property
    def plate_problem(self) -> Problem | None:
        """What is wrong with the plate, where there is one."""
        vehicle = self.record.vehicle
        if vehicle.plate is None or vehicle.plate_colour is None:
            return None
        return plate_problem(vehicle.plate, vehicle.plate_colour)

    @cached_property
    def words(self) -> dict[str, str]:
        """What the sentences of the rules may quote."""
        record, none = self.record, Problem("", "", "")
        vin, plate = self.vin_problem or none, self.plate_problem or none
        return {
            "vin": record.vehicle.vin,
            "vin_on_can": record.vehicle.vin_on_can or "",
            "vin_seen": self.vin_seen or "",
            "vin_problem": vin.text,
            "vin_problem_zh": vin.text_zh,
            "plate_problem": plate.text,
            "plate_problem_zh": plate.text_zh,
            "kind": record.vehicle.kind,
            "serial": record.unit.serial,
            "installer": f"{record.installer.id} ({record.installer.organisation})",
            "signer": f"{self.signer.id} ({self.signer.organisation})" if self.signer else "",
            "key": self.signed.installer_part.kid.hex()[:16],
            "version": record.software.firmware_version,
            "approved_version": self.firmware.version if self.firmware else "",
            "firmware": record.software.firmware_sha256.hex()[:16],
            "fit": record.fit.name,
            "approved_fit": self.fit.name if self.fit else "",
            "fit_hash": record.fit.sha256.hex()[:16],
            **_check_words(record.commissioning),
            "record_office": record.office,
            "office": self.office.code,
            "installed": utc_text(record.installed_at_s),
            "expires": utc_text(record.expires_at_s),
            "max_valid_days": str(self.office.max_valid_days),
        }


def _check_words(checks: Commissioning | None) -> dict[str, str]:
    if checks is None:
        return {}
    return {
        "bad_signals": ", ".join(checks.wiring.bad),
        "yaw_error": f"{checks.alignment.yaw_error_mdeg / 1000:.1f}",
        "residual": f"{checks.alignment.residual_mdeg / 1000:.1f}",
        "response_ms": str(checks.pulse.response_ms),
        "reached": f"{checks.pulse.reached_mmps2 / 1000:.2f}",
        "asked": f"{checks.pulse.asked_mmps2 / 1000:.2f}",
    }
