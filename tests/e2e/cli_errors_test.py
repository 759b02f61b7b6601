"""Bad input: one clear line, the right exit code, nothing left behind."""

import os
import unittest

from cli import ProgramTest, table

USAGE, DATA = 2, 3
GOOD = [f"{i % 7},{i % 3},{'yes' if i % 2 else 'no'}" for i in range(40)]


class Arguments(ProgramTest):
    def test_an_unknown_command_names_the_nearest(self):
        self.refused(USAGE, "unknown command 'fti'; did you mean 'fit'?", "fti")

    def test_an_unknown_option_names_the_nearest(self):
        self.refused(USAGE, "unknown option '--epoch'; did you mean '--epochs'?", "fit", "digits", "--epoch", "3")
        self.refused(USAGE, "unknown option '--batchsize'; did you mean '--batch-size'?", "find", "digits", "--batchsize=3")

        self.refused(USAGE, "unknown option '-x'; see onecycle fit --help", "fit", "digits", "-x")
        self.refused(USAGE, "unknown option '--verson'; did you mean '--version'?", "--verson")

    def test_an_option_without_its_value(self):
        self.refused(USAGE, "--epochs: expected a value, got none", "fit", "digits", "--epochs")

    def test_a_second_argument_is_refused(self):
        self.refused(USAGE, "unexpected argument 'more'", "fit", "digits", "more")

    def test_data_is_needed(self):
        self.refused(USAGE, "expected data to train on", "fit")
        self.refused(USAGE, "expected data to train on", "find")

    def test_numbers_are_checked(self):
        for option, value in [
            ("--epochs", "0"),
            ("--epochs", "-1"),
            ("--epochs", "2.5"),
            ("--epochs", "many"),
            ("--batch-size", "0"),
            ("--valid", "1"),
            ("--valid", "-0.1"),
            ("--momentum", "1"),
            ("--weight-decay", "-1"),
            ("--seed", "-1"),
        ]:
            with self.subTest(option=option, value=value):
                self.refused(USAGE, f"{option}: expected ", "fit", "digits", option, value)

    def test_rates_are_checked(self):
        for value in ["0", "nan", "inf", "-1", "fast", "0.1:", "0:1"]:
            with self.subTest(value=value):
                self.refused(USAGE, "--max-lr: expected ", "fit", "digits", "--max-lr", value)
        self.refused(USAGE, "expected LO <= HI", "fit", "digits", "--max-lr", "0.1:0.01")
        self.refused(USAGE, "--start-lr: expected a number > 0", "find", "digits", "--start-lr", "0")
        self.refused(USAGE, "expected start_lr < end_lr", "find", "digits", "--start-lr", "1", "--end-lr", "0.1")

    def test_as_many_rates_as_groups(self):
        self.refused(USAGE, "expected 2 (one a group), got 3", "fit", "digits", "--max-lr", "0.1,0.2,0.3")

    def test_a_policy_that_the_run_cannot_meet(self):
        self.refused(USAGE, "expected room for 'cosine(", "fit", "digits", "--epochs", "2", "--policy", "warmup(46) then cosine")
        self.refused(USAGE, "expected 2 (one a group), or one for all, got 3", "fit", "digits", "--policy", "cosine | step | cosine")
        self.refused(USAGE, "got also dropout", "fit", "digits", "--policy", "cosine with dropout=linear")
        self.assertFalse((self.folder / "runs").exists())

    def test_names_are_checked_and_the_nearest_is_named(self):
        self.refused(USAGE, "did you mean 'one_cycle'?", "fit", "digits", "--policy", "onecyle")
        self.refused(USAGE, "did you mean 'one_cycle'?", "schedule", "onecyle")
        self.refused(USAGE, "did you mean 'one_cycle'?", "schedule", "onecyle", "--pct-start", "0.3")
        self.refused(USAGE, "did you mean 'one_cycle'?", "policies", "one_cicle")
        self.refused(USAGE, "did you mean 'valley'?", "find", "digits", "--rule", "vally")
        self.refused(USAGE, "did you mean 'adamw'?", "fit", "digits", "--optimizer", "adamww")
        self.refused(USAGE, "did you mean 'lenet'?", "fit", "digits", "--model", "lenett")
        self.refused(USAGE, "--device: expected auto, cpu, cuda", "fit", "digits", "--device", "gpu")
        self.refused(USAGE, "--hidden: expected widths", "fit", "digits", "--hidden", "128,x")

    def test_batches_larger_than_the_set(self):
        self.refused(USAGE, "batch size: expected at most the 1438 examples", "fit", "digits", "--batch-size", "5000")

    def test_a_sweep_needs_points(self):
        self.refused(USAGE, "--iterations: expected an integer", "find", "digits", "--iterations", "3")


class Files(ProgramTest):
    def refused_table(self, message, text, *more):
        self.write("t.csv", text)
        self.refused(DATA, message, "fit", "t.csv", *more)

    def test_no_such_file(self):
        self.refused(DATA, "none.csv", "fit", "none.csv")
        self.refused(DATA, "did you mean 'digits'?", "fit", "digit")
        self.refused(DATA, "none.csv", "suggest", "none.csv")

    def test_empty_files(self):
        self.refused_table("t.csv: expected a table, got an empty file", "")
        self.refused_table("t.csv: expected rows under the column names", "a,b,target\n")

    def test_a_short_row_is_named_by_its_line(self):
        self.refused_table("t.csv:42", table([*GOOD, "1,2"]))

    def test_text_where_a_number_belongs(self):
        self.refused_table("t.csv:42: column 'b': expected a number, as most rows have, got 'x'", table([*GOOD, "1,x,yes"]))

    def test_one_class_only(self):
        self.refused_table("expected at least two classes", table(["1,2,yes", "3,4,yes"]))

    def test_an_unknown_target(self):
        self.refused_table("did you mean 'target'?", table(GOOD), "--target", "targt")

    def test_more_classes_than_rows_can_carry(self):
        self.refused_table("expected classes of several examples", table(["1,2,x", "3,4,y", "5,6,z"]))

    def test_a_curve_needs_points(self):
        self.write("c.csv", "lr,loss\n" + "".join(f"{10.0**-i},1\n" for i in range(5, 0, -1)))
        self.refused(DATA, "c.csv", "suggest", "c.csv")


class Folders(ProgramTest):
    def test_a_run_is_never_overwritten(self):
        (self.folder / "run").mkdir()
        self.write("run/config.toml", "mine")
        self.refused(USAGE, "--force", "fit", "digits", "--out", "run")
        self.refused(USAGE, "--force", "find", "digits", "--out", "run")
        self.assertEqual((self.folder / "run/config.toml").read_text(), "mine")

    def test_a_folder_that_cannot_be_written(self):
        self.write("file", "")
        self.refused(USAGE, "file/run", "fit", "digits", "--epochs", "1", "--out", "file/run")
        if os.geteuid() != 0:
            (self.folder / "locked").mkdir(mode=0o500)
            self.refused(USAGE, "locked/run", "fit", "digits", "--epochs", "1", "--out", "locked/run")

    def test_a_failure_before_the_training_leaves_no_folder(self):
        self.refused(USAGE, "batch size: expected at most the 1438 examples", "fit", "digits", "--batch-size", "5000", "--out", "a/b/c")

    def test_a_picture_needs_a_known_ending(self):
        self.refused(USAGE, ".svg or .png", "find", "digits", "--plot", "x.gif")


if __name__ == "__main__":
    unittest.main()
