#!/usr/bin/env python3
"""Wall time and peak memory of the main job as a whole process: `onecycle fit digits --max-lr auto`
with 30 epochs, validation after each, report written; and of `onecycle find digits`.

Usage: whole_process.py PROGRAM [RUNS]. Prints median and range over the runs, after one to warm up.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time


def measure(command, folder):
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"whole_process: expected {' '.join(command)} to succeed, got status {status}")
    return seconds, usage.ru_maxrss / 1024


def report(name, values, unit):
    print(
        f"{name:44s} {statistics.median(values):9.3f}  "
        f"[{min(values):.3f} - {max(values):.3f}] {unit}"
    )


def main():
    program = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    jobs = {
        "fit digits --epochs 30 --max-lr auto": ["--epochs", "30", "--max-lr", "auto"],
        "find digits": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        for job, flags in jobs.items():
            command = [program, job.split()[0], "digits", *flags]
            measured = [measure(command, folder) for _ in range(runs + 1)][1:]
            report(job, [seconds for seconds, _ in measured], "s")
            report(job + ", peak memory", [mebibytes for _, mebibytes in measured], "MiB")


if __name__ == "__main__":
    main()
