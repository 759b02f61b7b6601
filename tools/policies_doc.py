#!/usr/bin/env python3
"""Writes docs/policies.md from what the program says about its policies, or with --check complains
if the file says something else. Usage: tools/policies_doc.py PROGRAM [--check]"""

import json
import pathlib
import subprocess
import sys

TARGET = pathlib.Path(__file__).resolve().parents[1] / "docs" / "policies.md"

HEAD = """# Policies

Written by `tools/policies_doc.py` from what the policies say about themselves; do not edit. How to use and combine
them stands in [schedules.md](schedules.md).
"""

PLATEAUS = """
# Driven by losses

These multiply a policy: `onecycle fit --plateau`.
"""


def row(*cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def section(policy):
    text = f"\n## `{policy['name']}`\n\n{policy['summary'].capitalize()}.\n\n"
    text += f"Source: {policy['source']}.\n"
    if policy["options"]:
        text += "\n" + row("option", "default", "accepts", "unit", "meaning")
        text += "|---|---|---|---|---|\n"
        for option in policy["options"]:
            text += row(f"`{option['name']}`", option["default"], option["accepts"],
                        option["unit"], option["meaning"])
    return text


def main(program, check=False):
    said = subprocess.run([program, "policies", "--json"], stdout=subprocess.PIPE, check=True)
    known = json.loads(said.stdout)
    text = HEAD + "".join(map(section, known["policies"]))
    text += PLATEAUS + "".join(map(section, known["plateaus"]))
    if not check:
        TARGET.write_text(text, "utf-8")
    elif TARGET.read_text("utf-8") != text:
        sys.exit(f"{TARGET.name}: out of date; run tools/policies_doc.py PROGRAM")


if __name__ == "__main__":
    main(sys.argv[1], "--check" in sys.argv)
