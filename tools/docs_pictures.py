#!/usr/bin/env python3
"""Draws the pictures of docs/images anew with the program and, where there is one, a headless Chromium.
Usage: tools/docs_pictures.py PROGRAM"""

import html
import os
import pathlib
import re
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

        shown = subprocess.run([program, "find", "digits"], cwd=folder, check=True, capture_output=True, text=True,
                               env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout  # fmt: skip
        # Braille comes from another font than the letters: each dot pattern gets a letter's width.
        cells = re.sub("[\u2800-\u28ff]", r"<i>\g<0></i>", html.escape(shown))
        (pathlib.Path(folder) / "terminal.html").write_text(
            "<style>i { display: inline-block; width: 1ch; font-style: normal; letter-spacing: -1ch }"
            "</style>"
            "<meta charset=utf-8><body style='margin:0;background:#0b1120'><pre style='margin:0;padding:16px;color:#e6ebf5;white-space:pre-wrap;"
            f"font:14px/1.2 \"DejaVu Sans Mono\",monospace'>$ onecycle find digits\n{cells}</pre>", "utf-8")
        screenshot("terminal.html", "terminal.png", "1000,640")
        onecycle("find", "digits", "--quiet", "--plot", str(IMAGES / "find-digits.svg"))
        onecycle("schedule", "one_cycle", "cosine", "sgdr", "wsd", "--iterations", "690", "--plot=" + str(IMAGES / "schedules.svg"))
        onecycle("fit", "digits", "--keep", "best,ema", "--out", "run", "--quiet")
        screenshot("run/report.html", "report.png", "1100,1500")
        onecycle("compare", "digits", "--policies", "one_cycle,constant,sgdr", "--max-lr", "0.1", "--out", "compare", "--quiet")
        screenshot("compare/comparison.html", "compare.png", "1100,1200")


if __name__ == "__main__":
    main()
