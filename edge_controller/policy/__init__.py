"""Hazards in, one request on one ladder out."""

from edge_controller.policy.policies import Policies

__all__ = ["Policies"]
