#!/usr/bin/env python3
"""Random options given to the peers that this Python has, and to the library: the same numbers?

Usage: live.py GOLDEN [SEED [COUNT]]. Draws COUNT (20) cases of each kind, asks the peers themselves, writes
cases as the recorded ones are and hands them to the program GOLDEN. Exit code: that of GOLDEN; 77 if there is
no peer at all. What we do otherwise on purpose (docs/differences.md) is not drawn.
"""

import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

from options import Options, strict

PEERS = {"torch": "torch_cases", "timm": "timm_cases", "optax": "optax_cases", "transformers": "transformers_cases", "fastai": "fastai_cases"}
RECORDED = pathlib.Path(__file__).resolve().parent.parent


def families():
    found = {}
    for peer, module in PEERS.items():
        try:
            found |= importlib.import_module(module).FAMILIES
        except ModuleNotFoundError as error:
            print(f"{peer}: left out, this Python has no {error.name}")
    return found


def cases(draw, functions, count):
    for function in functions:
        for number in range(count):
            drawn = function(draw)
            if drawn is not None:
                kind, params, expected = drawn
                yield {"id": f"{kind}-{number}", "kind": kind, "source": "live", "params": strict(params), "expected": strict(expected)}


def main():
    warnings.simplefilter("ignore")
    golden, seed, count = sys.argv[1], *[int(a) for a in sys.argv[2:4]], *[1, 20][len(sys.argv) - 2 :]
    found = families()
    if not found:
        return 77
    draw = Options(seed)
    with tempfile.TemporaryDirectory() as folder:
        for name, functions in found.items():
            family = json.loads((RECORDED / f"{name}.json").read_text())
            family["cases"] = list(cases(draw, functions, count))
            (pathlib.Path(folder) / f"{name}.json").write_text(json.dumps(family, allow_nan=False))
        return subprocess.run([golden, folder], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
