"""How the calibrated model did on what was held out: the score card, its pictures and its page."""
