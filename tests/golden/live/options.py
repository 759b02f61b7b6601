"""Random options, and cases in the format of the recorded ones (see ../README.md)."""

import math
import random


class Options(random.Random):
    """Drawn anew for each case."""

    def number(self, low, high):
        return float(f"{self.uniform(low, high):.4g}")

    def power(self, low, high):
        """Of ten, uniform in the exponent."""
        return float(f"{10 ** self.uniform(low, high):.4g}")

    def rates(self, groups=None):
        return [self.power(-5, 0.7) for _ in range(groups or self.choice([1, 1, 2, 3]))]

    def some(self, **options):
        """Each of them or not: what is left out has the peer's default."""
        return {name: value for name, value in options.items() if self.random() < 0.6}


def strict(value):
    """As strict JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, (list, tuple)):
        return [strict(entry) for entry in value]
    if isinstance(value, dict):
        return {key: strict(entry) for key, entry in value.items()}
    return value


def without(options, *names):
    return {name: value for name, value in options.items() if name not in names}
