#!/usr/bin/env python3
"""Draws the pictures of docs/images anew with the program and, where there is one, a headless Chromium.
Usage: tools/docs_pictures.py PROGRAM"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

IMAGES = pathlib.Path(__file__).resolve().parents[1] / "docs" / "images"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:

        def onecycle(*arguments):
            subprocess.run([program, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)

        def screenshot(page, name, size):
            if CHROMIUM:
                subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                                f"--window-size={size}", "--virtual-time-budget=5000",
                                f"--screenshot={IMAGES / name}", (pathlib.Path(folder) / page).as_uri()],
                               check=True, stderr=subprocess.DEVNULL)  # fmt: skip

        onecycle("find", "digits", "--quiet", "--plot", str(IMAGES / "find-digits.svg"))
        onecycle("schedule", "one_cycle", "cosine", "sgdr", "wsd", "--iterations", "690", "--plot=" + str(IMAGES / "schedules.svg"))
        onecycle("fit", "digits", "--keep", "best,ema", "--out", "run", "--quiet")
        screenshot("run/report.html", "report.png", "1100,1500")
        onecycle("compare", "digits", "--policies", "one_cycle,constant,sgdr", "--max-lr", "0.1", "--out", "compare", "--quiet")
        screenshot("compare/comparison.html", "compare.png", "1100,1200")


if __name__ == "__main__":
    main()
