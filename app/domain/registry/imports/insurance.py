"""What a file of people changes in somebody's insurance, for whoever depends on it."""

from __future__ import annotations

from app.kit.value import value
from app.words import NORMAL, Insutype


@value
class Insurance:
    """A person's insurance, as far as others depend on it."""

    insured: bool
    employee: bool
    place: str


@value
class Registered:
    """The same as the registry writes it."""

    psn_insu_stas: str
    insutype: str
    insuplc_admdvs: str
    psn_type: str

    @property
    def insurance(self) -> Insurance:
        return Insurance(
            self.psn_insu_stas == NORMAL, self.insutype == Insutype.EMPLOYEE, self.insuplc_admdvs
        )


@value
class InsuranceChange:
    """What it was for a person, and what it is now."""

    person_id: int
    before: Registered
    after: Registered

    @property
    def moved(self) -> bool:
        """To another province, where nobody's account follows by itself."""
        return self.before.insuplc_admdvs[:2] != self.after.insuplc_admdvs[:2]
