"""The policies that ours is measured by, as calculated once for the project. They never change with ours.

None of them shares a rule with the edge: a mistake made there must not hide here.
"""

from hil.programs.reference.program import Reference
from hil.programs.reference.rules import RECOMMENDED, RULES, Rule

__all__ = ["RECOMMENDED", "RULES", "Reference", "Rule"]
