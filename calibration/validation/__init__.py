"""The score card: the calibrated model against what was held out of its fit."""
