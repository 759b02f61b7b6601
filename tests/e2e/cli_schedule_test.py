"""`schedule`, `policies`, `suggest`, `data`, and the help: no training."""

import csv
import io
import subprocess
import unittest

from cli import PROGRAM, ProgramTest, environment


class Schedule(ProgramTest):
    def test_json_lists_groups_for_each_iteration(self):
        out = self.json("schedule", "one_cycle", "--iterations", 20, "--max-lr", "0.01:1", "--groups", 3)
        self.assertEqual((out["iterations"], out["groups"]), (20, 3))
        self.assertEqual([len(out["lr"]), len(out["momentum"])], [20, 20])
        self.assertTrue(all(len(row) == 3 for row in out["lr"] + out["momentum"]))
        for got, peak in zip(out["lr"][5], [0.01, 0.1, 1.0]):
            self.assertAlmostEqual(got, peak, delta=1e-12)
        self.assertEqual(out["momentum"][5], [0.85] * 3)
        self.assertAlmostEqual(out["lr"][0][2], 1 / 25)

    def test_momentum_is_null_where_a_policy_leaves_it_alone(self):
        out = self.json("schedule", "linear", "--iterations", 2)
        self.assertEqual(out["momentum"], [[None], [None]])

    def test_weight_decay_that_only_a_later_part_moves_is_told(self):
        out = self.json("schedule", "constant(2) then (constant with weight_decay=constant(factor=3))", "--iterations", 4)
        self.assertEqual(out["weight_decay_factor"], [[None], [None], [3.0], [3.0]])
        self.assertNotIn("weight_decay_factor", self.json("schedule", "constant", "--iterations", 4))

    def test_options_of_the_policy_are_flags(self):
        early = self.json("schedule", "one_cycle", "--iterations", 10, "--pct-start", "0.1")
        self.assertEqual(early["lr"][1], [1.0])
        self.assertIn("pct_start=0.1", early["policy"])
        phases = self.json("schedule", "one_cycle", "--convention", "torch", "--three-phase", "--iterations", 10)
        self.assertIn("three_phase=true", phases["policy"])
        self.refused(2, "expected one of fastai2, fastai1, torch, optax", "schedule", "one_cycle", "--convention", "tf")
        self.refused(2, "pct_start: expected a number in [0, 1], got 2", "schedule", "one_cycle", "--pct-start", "2")

    def test_the_notation_and_the_flags_say_the_same(self):
        flags = self.json("schedule", "one_cycle", "--iterations", 10, "--div", "10")
        text = self.json("schedule", "one_cycle(div=10)", "--iterations", 10)
        self.assertEqual(flags, text)

    def test_csv_has_every_digit(self):
        out = self.json("schedule", "one_cycle", "--iterations", 7, "--max-lr", "0.3")
        text = self.onecycle("schedule", "one_cycle", "--iterations", 7, "--max-lr", "0.3", "--csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([[float(row["lr"])] for row in rows], out["lr"])
        self.assertEqual([[float(row["momentum"])] for row in rows], out["momentum"])

    def test_it_draws(self):
        text = self.onecycle("schedule", "one_cycle", "--plot").stdout
        self.assertGreater(len(text.splitlines()), 10)
        self.assertNotIn("\x1b", text)

    def test_it_draws_into_a_file(self):
        self.onecycle("schedule", "one_cycle", "--plot=rates.svg")
        self.assertIn("<svg", (self.folder / "rates.svg").read_text())


class Suggest(ProgramTest):
    def curve(self, points=60):
        rows = [(10 ** (-6 + 6 * i / points), 2.0 - 1.5 * min(1, max(0, (i - 20) / 25))) for i in range(points)]
        return self.write("curve.csv", "lr,loss\n" + "".join(f"{lr!r},{loss!r}\n" for lr, loss in rows))

    def test_each_rule_has_a_rate_or_a_reason(self):
        out = self.json("suggest", self.curve())
        why = out.pop("why")
        self.assertIn("valley", out)
        for rule, rate in out.items():
            self.assertEqual(rate is None, rule in why, rule)
            self.assertTrue(rate is None or 1e-6 < rate < 1.0)

    def test_a_flat_curve_suggests_nothing_and_says_why(self):
        self.write("flat.csv", "lr,loss\n" + "".join(f"{10.0 ** (i - 20)},1\n" for i in range(20)))
        out = self.json("suggest", "flat.csv", "--rule", "valley,steep")
        self.assertEqual([out["valley"], out["steep"]], [None, None])
        self.assertTrue(out["why"]["valley"] and out["why"]["steep"])

    def test_text_lists_the_rules(self):
        lines = self.onecycle("suggest", self.curve(), "--rule", "slide", "--quiet").stdout.splitlines()
        self.assertEqual(lines[0].split()[:2], ["rule", "rate"])
        self.assertEqual(lines[-1].split()[0], "slide")


class Lists(ProgramTest):
    def test_policies(self):
        names = [policy["name"] for policy in self.json("policies")["policies"]]
        self.assertIn("one_cycle", names)
        text = self.onecycle("policies").stdout
        for name in names:
            self.assertIn(name, text)
        options = [option["name"] for option in self.json("policies", "one_cycle")["options"]]
        self.assertIn("pct_start", options)
        self.assertIn("pct_start", self.onecycle("policies", "one_cycle").stdout)

    def test_data_is_credited(self):
        digits = self.json("data")["sets"][0]
        self.assertEqual((digits["name"], digits["examples"]), ("digits", 1797))
        self.assertIn("Alpaydin", digits["credit"])
        self.assertIn("Alpaydin", self.onecycle("data").stdout)


class Help(ProgramTest):
    def test_alone_it_says_what_to_do_first(self):
        text = self.onecycle().stdout
        self.assertIn("onecycle fit digits", text)
        self.assertEqual(text, self.onecycle("--help").stdout)
        self.assertRegex(self.onecycle("--version").stdout, r"\Aonecycle \d+\.\d+\.\d+\n\Z")

    def test_every_verb_has_help(self):
        for verb in ["find", "fit", "schedule", "suggest", "policies", "data"]:
            self.assertIn(f"onecycle {verb}", self.onecycle(verb, "--help").stdout)
        self.assertIn("--pct-start", self.onecycle("schedule", "one_cycle", "--help").stdout)

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "policies"], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)


if __name__ == "__main__":
    unittest.main()
