"""What README and docs show is what the program does: every `$ onecycle` line in a console block
runs, and prints the lines shown, whatever the numbers. C++ blocks stand in a file that is compiled.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def blocks(document, language):
    return [body for kind, body in BLOCK.findall(document.read_text("utf-8")) if kind == language]


def shape(line):
    """`line` without its hashes, numbers and widths of columns."""
    words = re.sub(r"\b[0-9a-f]{8,}\b", "#", line)
    words = re.sub(r"[-+]?\d[\d,.]*(?:e[-+]?\d+)?", "#", words)
    return " ".join(words.split())


def steps(block):
    """The commands of a console block, each with the output shown below it."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def run(command, folder):
    program = pathlib.Path(os.environ["ONECYCLE"]).resolve()
    environment = dict(os.environ, NO_COLOR="1", LC_ALL="C.UTF-8",
                       PATH=os.pathsep.join([str(program.parent), os.environ["PATH"]]))
    return subprocess.run(command, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120, check=False)


class Documents(unittest.TestCase):
    def test_commands_do_what_is_shown(self):
        count = 0
        for document in DOCUMENTS:
            with tempfile.TemporaryDirectory() as folder:
                for block in blocks(document, "console"):
                    for command, shown in steps(block):
                        count += 1
                        with self.subTest(document=document.name, command=command):
                            self.check_command(command, shown, folder)
        self.assertGreater(count, 5)

    def check_command(self, command, shown, folder):
        first = command.split()[0]
        if first.startswith("scripts/"):  # sets up, builds, or runs this very test
            self.assertTrue(os.access(ROOT / first, os.X_OK), f"no such script: {first}")
            return
        result = run(command, folder)
        if "ModuleNotFoundError" in result.stdout:  # a Python package that a reader would have
            return
        self.assertEqual(result.returncode, 0, result.stdout)
        printed = {shape(line) for line in result.stdout.splitlines()}
        for line in shown:
            if line.strip() not in ("", "..."):
                self.assertIn(shape(line), printed, f"shown: {line}\n{result.stdout}")

    def test_code_is_compiled_somewhere(self):
        sources = [*(ROOT / "examples").glob("*.cpp"), *(ROOT / "tests/consumer").glob("*.cpp")]
        compiled = ["".join(path.read_text("utf-8").split()) for path in sources]
        for document in DOCUMENTS:
            for block in blocks(document, "cpp"):
                with self.subTest(document=document.name, code=block):
                    self.assertTrue(any("".join(block.split()) in text for text in compiled))

    def test_policies_are_described_as_they_are(self):
        subprocess.run([sys.executable, ROOT / "tools/policies_doc.py", os.environ["ONECYCLE"],
                        "--check"], check=True)

    def test_every_rule_has_its_row(self):
        rows = re.findall(r"^\| `(\w+)` \|.*\|.*\|$", (ROOT / "docs/finder.md").read_text("utf-8"),
                          re.MULTILINE)
        with tempfile.TemporaryDirectory() as folder:
            run("onecycle find digits --out found --quiet", folder)
            said = json.loads(run("onecycle suggest found/find.csv --json", folder).stdout)
        rules = [rule for rule in said if rule != "why"]
        self.assertEqual(rows[:len(rules)], rules)

    def test_every_callback_has_its_row(self):
        rows = "\n".join(re.findall(r"^\| `.*\.h` \|$", (ROOT / "docs/library.md").read_text("utf-8"), re.MULTILINE))
        bases = {"Callback"}
        declared = {}
        for _ in range(3):  # bases of bases
            for header in (ROOT / "include/onecycle/train").glob("*.h"):
                for name, final, base in re.findall(r"^class (\w+)( final)? : public (\w+)", header.read_text("utf-8"), re.MULTILINE):
                    if base in bases:
                        bases.add(name)
                        declared[name] = (bool(final), header.name)
        complete = {name: header for name, (final, header) in declared.items() if final}
        self.assertGreater(len(complete), 5)
        for name, header in complete.items():
            self.assertRegex(rows, rf"`{name}`.*`train/{header}`")

    def test_links_lead_somewhere(self):
        for document in DOCUMENTS:
            for target in LINK.findall(document.read_text("utf-8")):
                with self.subTest(document=document.name, link=target):
                    self.assertTrue((document.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
