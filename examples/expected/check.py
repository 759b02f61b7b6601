"""Runs a program and compares what it prints with a text, in which `a..b` stands for any number
between a and b, and blanks count as one. Usage: check.py TEXT PROGRAM"""

import re
import subprocess
import sys

INTERVAL = re.compile(r"(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)")


def agrees(expected, got):
    interval = INTERVAL.fullmatch(expected)
    if not interval:
        return expected == got
    try:
        return float(interval[1]) <= float(got) <= float(interval[2])
    except ValueError:
        return False


def line_agrees(expected, got):
    expected, got = expected.split(), got.split()
    return len(expected) == len(got) and all(map(agrees, expected, got))


def main(text, program):
    run = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=False)
    with open(text, encoding="utf-8") as file:
        expected = file.read().splitlines()
    got = run.stdout.splitlines()
    faults = [f"exit code {run.returncode}"] if run.returncode else []
    if len(expected) != len(got):
        faults.append(f"expected {len(expected)} lines, got {len(got)}")
    for number, pair in enumerate(zip(expected, got), 1):
        if not line_agrees(*pair):
            faults.append(f"line {number}: expected '{pair[0]}', got '{pair[1]}'")
    print("\n".join(faults) or run.stdout, end="\n" if faults else "")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
