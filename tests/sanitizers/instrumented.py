"""instrumented.py COMMANDS FLAG: every file in a compile_commands.json must be compiled with FLAG."""

import json
import sys

path, flag = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    commands = json.load(file)
without = [entry["file"] for entry in commands if flag not in entry["command"].split()]
if without or not commands:
    sys.exit(f"{path}: expected {flag} for every file, got none for {without}")
