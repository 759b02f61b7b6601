"""expect_report.py REPORT COMMAND...: the command must fail, and say REPORT on standard error."""

import subprocess
import sys

report, *command = sys.argv[1:]
done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
if done.returncode == 0 or report not in done.stderr:
    sys.exit(f"{command}: expected an error that says {report!r}, got exit {done.returncode} and:\n{done.stderr}")
