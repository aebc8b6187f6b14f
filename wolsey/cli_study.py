"""The verbs of sweeps: `sweep`, `status`, `report`, `reproduce`."""
