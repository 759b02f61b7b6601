"""`report` and `plot`: of one run its page and pictures, of several one beside the other."""

import json
import unittest

from cli import ProgramTest


class Reports(ProgramTest):
    def runs(self):
        """Two runs that differ in policy and length."""
        for name, flags in [("first", ["--policy", "one_cycle", "--clip-norm", "1"]),
                            ("second", ["--policy", "cosine", "--epochs", "3"])]:  # fmt: skip
            self.onecycle("fit", "digits", "--epochs", 2, "--max-lr", 0.1, "--out", f"runs/{name}", "--quiet",
                          *flags)  # fmt: skip
        return ["first", "second"]

    def test_several_runs_stand_side_by_side(self):
        names = self.runs()
        text = self.onecycle("report", *names).stdout
        self.assertRegex(text, r"(?m)^run +epochs +iterations")
        for name in names:
            self.assertRegex(text, rf"(?m)^{name} +[23] ")
        self.assertRegex(text, r"(?m)^policy +one_cycle\S*.* cosine")
        self.assertNotRegex(text, r"(?m)^batch_size ")
        self.assertRegex(text, r"The lowest validation loss of 2 runs is that of (first|second), after epoch \d")
        self.assertIn("Report: comparison.html", text)
        page = (self.folder / "comparison.html").read_text()
        for shown in ("Validation loss", "Learning rate", "Gradient norm", "first", "second"):
            self.assertIn(shown, page)
        self.assertLess(len(page), 1_000_000)

    def test_json_has_the_numbers_of_the_tables(self):
        names = self.runs()
        said = self.json("report", *names, "--out", "both.html")
        self.assertEqual(said["report"], "both.html")
        for name, run in zip(names, said["runs"]):
            lines = (self.folder / "runs" / name / "epochs.csv").read_text().splitlines()
            epochs = [dict(zip(lines[0].split(","), line.split(","))) for line in lines[1:]]
            best = min(epochs, key=lambda epoch: float(epoch["valid_loss"]))
            self.assertEqual(run["run"], name)
            self.assertEqual(run["epochs"], len(epochs))
            self.assertEqual(run["best"]["epoch"], int(best["epoch"]) + 1)
            self.assertEqual(run["best"]["valid_loss"], float(best["valid_loss"]))
            self.assertEqual(run["last"]["accuracy"], float(epochs[-1]["accuracy"]))
            self.assertEqual(run["end"], "completed")
        settings = {row["setting"]: row for row in said["differences"]}
        self.assertEqual(settings["epochs"]["first"], "2")
        self.assertEqual(settings["epochs"]["second"], "3")

    def test_a_report_is_made_anew_from_the_files(self):
        self.runs()
        page = self.folder / "runs/first/report.html"
        before = page.read_text()
        page.unlink()
        self.assertIn("Report: runs/first/report.html", self.onecycle("report", "runs/first").stdout)
        self.assertEqual(page.read_text(), before)

    def test_the_weights_stand_in_the_record_and_the_page(self):
        self.onecycle("fit", "digits", "--epochs", 2, "--max-lr", 0.1, "--keep", "best,ema", "--out", "r", "--quiet")
        weights = json.loads((self.folder / "r/run.json").read_text())["weights"]
        self.assertEqual([each["name"] for each in weights], ["last", "best", "ema"])
        self.assertEqual(sum(each["chosen"] for each in weights), 1)
        chosen = next(each for each in weights if each["chosen"])
        self.assertEqual(chosen["valid_loss"], min(each["valid_loss"] for each in weights))
        self.assertIn("Which weights?", (self.folder / "r/report.html").read_text())

    def test_plots_here_and_in_files(self):
        names = self.runs()
        text = self.onecycle("plot", "first").stdout
        for title in ("Learning rate", "Momentum", "Loss", "Gradient norm before clipping", "Metrics"):
            self.assertIn(title, text)
        self.onecycle("plot", *names, "--what", "loss,metrics", "--out", "x.svg")
        picture = (self.folder / "x.svg").read_text()
        for shown in ("Validation loss", "Training loss, smoothed", "accuracy", "first", "second"):
            self.assertIn(shown, picture)
        self.assertNotIn("Learning rate", picture)
        self.onecycle("plot", *names, "--out", "x.png")
        self.assertEqual((self.folder / "x.png").read_bytes()[1:4], b"PNG")

    def test_refusals(self):
        self.runs()
        self.refused(2, "expected folders of runs; see onecycle report --help", "report")
        self.refused(2, "expected the folder of a run, got 'furst', which is none; did you mean 'first'?",
                     "report", "furst", "second")  # fmt: skip
        self.refused(2, "expected different runs, got runs/first twice", "report", "first", "runs/first")
        self.refused(3, "runs: expected the folder of a run, got no run.json in it", "report", "runs")
        self.refused(2, "expected plots of all, find, lr,", "plot", "first", "--what", "los")
        self.refused(2, "--out: expected a file ending in .svg or .png, got 'x.pdf'", "plot", "first", "--out", "x.pdf")
        self.refused(3, "first: expected find (loss against learning rate, as the finder saw it), got a record without "
                     "it", "plot", "first", "--what", "find")  # fmt: skip
        (self.folder / "runs/second/epochs.csv").write_text("broken\n")
        self.refused(3, "runs/second/epochs.csv", "report", "first", "second")

    def test_runs_of_the_same_name_go_by_their_paths(self):
        for parent in "ab":
            self.onecycle("fit", "digits", "--epochs", 1, "--max-lr", 0.1, "--out", f"{parent}/same", "--quiet")
        said = self.json("report", "a/same", "b/same")
        self.assertEqual([run["run"][-7:] for run in said["runs"]], ["/a/same", "/b/same"])


if __name__ == "__main__":
    unittest.main()
