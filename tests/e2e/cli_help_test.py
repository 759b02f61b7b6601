"""Help, completion and manual pages: all from the options that the verbs have."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

from cli import PROGRAM, ProgramTest, environment

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Help(ProgramTest):
    def commands(self):
        return json.loads(self.onecycle("help", "--format", "json").stdout)["commands"]

    def test_alone_it_shows_what_a_newcomer_needs(self):
        text = self.onecycle().stdout
        first = text.split("Commands")[0]
        for command in ("find digits", "explain fit digits", "fit digits", "report RUN", "compare digits"):
            self.assertIn(f"  onecycle {command}", first)
        self.assertEqual(text, self.onecycle("--help").stdout)
        self.assertEqual(text, self.onecycle("help").stdout)
        for command in self.commands():
            self.assertRegex(text, rf"(?m)^  {command['name']} +{command['brief']}$")

    def test_the_description_is_the_help(self):
        for command in self.commands():
            with self.subTest(command=command["name"]):
                words = command["name"].split()
                text = self.onecycle(*words, "--help").stdout
                self.assertEqual(text, self.onecycle("help", *words).stdout)
                self.assertNotIn("....", text)
                for option in command["options"]:
                    self.assertIn(option["value"] if option["positional"] else option["name"], text)
                shown = {word.split("=")[0].split("[")[0].rstrip(".,;:)]") for word in text.split() if word.startswith("--")}
                known = {option["name"] for option in command["options"]} | {"--help"}
                self.assertEqual({name for name in shown if name[2:3].isalpha()} - known - self.in_words(command), set())

    @staticmethod
    def page(command):
        return f"onecycle-{command['name'].replace(' ', '-')}.1"

    @staticmethod
    def in_words(command):
        """Options that examples and descriptions of others speak of."""
        texts = [command["summary"], command["examples"], *(option["help"] for option in command["options"])]
        return {w.split("=")[0].rstrip(".,;:)]") for text in texts for w in text.split() if w.startswith("--")}

    def test_manual_pages_name_every_option(self):
        self.onecycle("help", "--format", "man", "--out", "man/man1")
        commands = self.commands()
        self.assertEqual(sorted(p.name for p in (self.folder / "man/man1").iterdir()),
                         sorted(["onecycle.1"] + [self.page(c) for c in commands]))  # fmt: skip
        for command in commands:
            page = (self.folder / "man/man1" / self.page(command)).read_text()
            self.assertEqual(page, self.onecycle("help", *command["name"].split(), "--format", "man").stdout)
            plain = page.replace("\\-", "-")
            for option in command["options"]:
                self.assertIn(option["value"] if option["positional"] else option["name"], plain)

    @unittest.skipUnless(shutil.which("groff"), "needs groff")
    def test_manual_pages_are_read_without_a_warning(self):
        self.onecycle("help", "--format", "man", "--out", ".")
        for page in sorted(self.folder.glob("*.1")):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(page)], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
            self.assertIn("onecycle", done.stdout)

    def test_the_reference_in_the_docs_is_that_of_the_program(self):
        self.assertEqual((ROOT / "docs/program.md").read_text(), self.onecycle("help", "--format", "markdown").stdout,
                         "docs/program.md: write it anew with onecycle help --format markdown > docs/program.md")  # fmt: skip

    def test_refusals(self):
        self.refused(2, "unknown command 'fti'; did you mean 'fit'?", "help", "fti")
        self.refused(2, "--format: expected text, man, markdown or json, got 'html'", "help", "--format", "html")
        self.refused(2, "expected bash, zsh or fish, got 'tcsh'", "completion", "tcsh")
        self.refused(2, "unknown option '--verison'; did you mean '--version'?", "--verison")


class Completion(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "runs/digits-mlp-001").mkdir(parents=True)
        (self.folder / "table.csv").write_text("")
        (self.folder / "folder").mkdir()

    def script(self, shell):
        path = self.folder.parent / f"{self.folder.name}.{shell}"
        path.write_text(self.onecycle("completion", shell).stdout)
        self.addCleanup(path.unlink)
        return path

    def shell(self, *command):
        path = os.pathsep.join([str(pathlib.Path(PROGRAM).resolve().parent), os.environ["PATH"]])
        done = subprocess.run(command, cwd=self.folder, env=environment(PATH=path, HOME=str(self.folder)), text=True,
                              capture_output=True, timeout=60, check=False)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    EXPECTED = [
        (["fi"], {"find", "fit"}, {"resume"}),
        (["fit", "--ep"], {"--epochs"}, {"--help"}),
        (["fit", "digits", "--model", ""], {"mlp", "lenet"}, {"table.csv"}),
        (["fit", "--policy", "one"], {"one_cycle"}, {"cosine"}),
        (["fit", "tab"], {"table.csv"}, {"digits"}),
        (["fit", "dig"], {"digits"}, {"table.csv"}),
        (["resume", "digits"], {"digits-mlp-001"}, {"table.csv"}),
        (["explain", "fi"], {"find", "fit", "fine-tune"}, {"resume"}),
        (["da"], {"data"}, {"download"}),
        (["data", ""], {"download"}, {"mnist", "table.csv"}),
        (["data", "download", "mn"], {"mnist"}, {"download"}),
        (["data", "download", "--mi"], {"--mirror"}, {"--json"}),
    ]

    def test_bash(self):
        script = self.script("bash")
        for words, wanted, unwanted in self.EXPECTED:
            with self.subTest(words=words):
                quoted = " ".join(f"'{word}'" for word in ["onecycle", *words])
                code = (f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _onecycle; "
                        'printf "%s\\n" "${COMPREPLY[@]}"')  # fmt: skip
                offered = set(self.shell("bash", "--norc", "-c", code).stdout.split())
                self.assertLessEqual(wanted, offered)
                self.assertEqual(offered & unwanted, set())

    @unittest.skipUnless(shutil.which("fish"), "needs fish")
    def test_fish(self):
        script = self.script("fish")
        for words, wanted, unwanted in self.EXPECTED:
            with self.subTest(words=words):
                line = " ".join(["onecycle", *words])
                done = self.shell("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
                offered = {line.split("\t")[0] for line in done.stdout.splitlines()}
                self.assertLessEqual(wanted, offered)
                self.assertEqual(offered & unwanted, set())

    @unittest.skipUnless(shutil.which("zsh"), "needs zsh")
    def test_zsh(self):
        script = self.script("zsh")
        self.shell("zsh", "-f", "-n", str(script))
        done = self.shell("zsh", "-f", "-c", f"autoload -U compinit; compinit -D; source {script}; whence -w _onecycle; print $_comps[onecycle]")
        self.assertEqual(done.stdout.split("\n")[:2], ["_onecycle: function", "_onecycle"])
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
