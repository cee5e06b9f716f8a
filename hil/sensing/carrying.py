"""A fitted level is taken over to a changed chain that tells the same, to the last bit. Decision 0135."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edge_controller.errors import InputError
from hil.sensing.chain import chain_sha256
from hil.sensing.comparing import Comparison, read_comparison, write_comparison
from hil.sensing.driving import digests_in
from hil.sensing.model import Model, read_model, write_model
from hil.sensing.statistical import COMPARISON, MODEL, sha256_of


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model and how it compares, both in one folder."""

    folder: Path
    fit_path: Path
    model: Model
    comparison: Comparison

    @classmethod
    def of(cls, folder: Path, fit_path: Path) -> "Fitted":
        """Raises InputError where it cannot be carried by anything."""
        model, comparison = read_model(folder / MODEL), read_comparison(folder / COMPARISON)
        if comparison.model_sha256 != sha256_of(folder / MODEL):
            raise InputError(f"{folder}: {COMPARISON} is of another {MODEL}: compare the levels anew")
        if not {"told_sha256", "seed", "chain_sha256"} <= model.provenance.keys():
            raise InputError(f"{folder / MODEL}: does not say what its drives told: fit it anew")
        if model.provenance.get("fit_sha256") != hashlib.sha256(fit_path.read_bytes()).hexdigest():
            raise InputError(f"{folder / MODEL}: is of another fit than {fit_path}: fit it anew")
        return cls(folder, fit_path, model, comparison)

    @property
    def seed(self) -> int:
        """Of its drives."""
        return int(self.model.provenance["seed"])

    @property
    def drives(self) -> int:
        """How many it was fitted on."""
        return len(self.model.provenance["told_sha256"])

    @property
    def is_of_this_chain(self) -> bool:
        """Then there is nothing to do."""
        return bool(self.model.provenance["chain_sha256"] == chain_sha256())

    def spread(self, count: int) -> list[int]:
        """Numbers of so many drives, evenly over all."""
        most = min(count, self.drives)
        return [1 + int(n) for n in np.arange(most) * self.drives // most]

    def differ(self, folder: Path, numbers: Sequence[int]) -> list[int]:
        """Of these, driven anew into the folder, the ones that tell otherwise than when it was fitted."""
        told = self.model.provenance["told_sha256"]
        now = digests_in(folder, self.fit_path, self.seed, numbers)
        return [number for number, digest in zip(numbers, now, strict=True) if told[number - 1] != digest]

    def carry(self, drives: int) -> None:
        """Mark both files as this chain's, on the word of so many drives."""
        before = self.model.provenance
        carried = {"from": before["chain_sha256"], "drives_the_same": drives}
        provenance = {
            **before,
            "chain_sha256": chain_sha256(),
            "carried": [*before.get("carried", ()), carried],
        }
        model, comparison = (self.folder / f"{name}.part" for name in (MODEL, COMPARISON))
        write_model(model, replace(self.model, provenance=provenance))
        write_comparison(comparison, replace(self.comparison, model_sha256=sha256_of(model)))
        # Both are whole on the disk by now: one without the other is a level that nobody may believe.
        model.replace(self.folder / MODEL)
        comparison.replace(self.folder / COMPARISON)
