"""`onecycle data download` against servers that are good, bad and away."""

import hashlib
import io
import os
import pathlib
import pty
import random
import re
import resource
import shutil
import signal
import subprocess
import tarfile
import unittest
import zipfile

from cli import PROGRAM, ProgramTest, environment
from http_server import Server, cut, deaf, drip, longer, loop, moved, other, says_length, stall, status

USAGE, DATA, INTERNAL, INTERRUPTED = 2, 3, 1, 130


def tgz(entries):
    """An archive of (name or TarInfo, bytes)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, body in entries:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return out.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


class Download(ProgramTest):
    def setUp(self):
        super().setUp()
        noise = random.Random(1).randbytes(400_000)
        self.set = tgz([("pets/train/cat/1.jpg", noise), ("pets/valid/dog/2.jpg", b"dog")])
        self.server = Server({"pets.tgz": self.set})
        self.addCleanup(self.server.close)

    def command(self, *more, name="pets.tgz", body=None, size=True):
        body = self.server.server.files[name] if body is None else body
        sized = ("--bytes", len(body)) if size else ()
        return ("data", "download", f"{self.server.url}/{name}", "--sha256", hashlib.sha256(body).hexdigest(),
                "--stall-timeout", "30", "--tries", "2", *sized, *more)  # fmt: skip

    def whole(self):
        """The set stands there and nothing beside it."""
        self.assertEqual(self.files(), ["data", "data/pets", "data/pets/train", "data/pets/train/cat",
                                        "data/pets/train/cat/1.jpg", "data/pets/valid", "data/pets/valid/dog",
                                        "data/pets/valid/dog/2.jpg"])  # fmt: skip

    def test_a_set_arrives_checked_and_unpacked(self):
        done = self.onecycle(*self.command())
        self.assertEqual(done.stdout, "data/pets: 2 files, 400 kB\n")
        self.assertEqual(done.stderr, "")
        self.whole()
        self.assertEqual((self.folder / "data/pets/valid/dog/2.jpg").read_bytes(), b"dog")

    def test_what_is_there_is_left_alone_until_force(self):
        self.onecycle(*self.command())
        self.server.will()
        self.assertEqual(self.onecycle(*self.command()).stdout, "data/pets: is there already, 2 files, 400 kB\n")
        self.assertEqual(self.server.asked, [])
        (self.folder / "data/pets/mine").write_text("")
        said = self.json(*self.command("--force"))
        self.assertEqual((said["name"], said["path"], said["was_there"], said["files"], said["bytes"]),
                         ("pets", "data/pets", False, 2, 400_003))  # fmt: skip
        self.whole()

    def test_a_file_that_is_no_archive_stays_as_it_is(self):
        self.server.server.files["table.csv"] = b"a,b\n1,2\n"
        self.onecycle(*self.command("--to", "here/and/there", name="table.csv", size=False))
        self.assertEqual((self.folder / "here/and/there/table/table.csv").read_bytes(), b"a,b\n1,2\n")

    def test_a_zip_file_unpacks_too(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("train/cat/1.jpg", "cat")
            archive.writestr("valid/cat/1.jpg", "cat")
        self.server.server.files["pets.zip"] = out.getvalue()
        self.onecycle(*self.command(name="pets.zip"))
        self.assertTrue((self.folder / "data/pets/train/cat/1.jpg").exists())

    def test_bad_servers_are_outlasted(self):
        half = len(self.set) // 2
        for answers, asked_for, said in [
            ([cut], [None, f"bytes={half}-"], f"the connection was cut after {half} bytes; trying again"),
            ([stall], [None, f"bytes={half}-"], f"nothing came for 0.5 s after {half} bytes; trying again"),
            ([cut, deaf], [None, f"bytes={half}-"], "the connection was cut"),
            ([cut, cut, cut], 4, "the connection was cut"),
            ([status(500)], [None, None], "the server answers 500; trying again"),
            ([status(429)], [None, None], "the server answers 429; trying again"),
            ([cut, status(503)], [None, f"bytes={half}-", f"bytes={half}-"], "the server answers 503; trying again"),
            ([cut, status(416)], [None, f"bytes={half}-", None], "the server knows no such rest of the file"),
        ]:
            with self.subTest(said=said, answers=len(answers)):
                self.server.will(*answers)
                patience = ("--stall-timeout", "0.5") if stall in answers else ()
                done = self.onecycle(*self.command("--force", *patience))
                self.whole()
                self.assertIn(f"{self.server.url}/pets.tgz: {said}", done.stderr)
                ranges = [wanted for _, wanted in self.server.asked]
                self.assertEqual(len(ranges) if isinstance(asked_for, int) else ranges, asked_for)

    def test_servers_that_do_not_have_the_file_are_refused_at_once(self):
        size = len(self.set)
        for answer, said in [
            (status(404), "the server answers 404"),
            (status(403), "the server answers 403"),
            (loop, "Maximum (10) redirects followed"),
            (says_length(1000), f"expected {size} bytes, the server announces 1000"),
            (says_length(10 * size), f"expected {size} bytes, the server announces {10 * size}"),
            (longer, f"expected {size} bytes, the server sends more"),
            (other, f"expected SHA-256 {hashlib.sha256(self.set).hexdigest()}, got {hashlib.sha256(bytes(size)).hexdigest()}"),
        ]:
            with self.subTest(said=said):
                self.server.will(*[answer] * (11 if answer is loop else 1))
                self.refused(DATA, f"pets.tgz: cannot be downloaded: {self.server.url}/pets.tgz: {said}", *self.command())
                self.assertEqual(len(self.server.asked), 11 if answer is loop else 1)

    def test_a_short_length_is_seen_by_the_hash_where_the_size_is_unknown(self):
        self.server.will(says_length(1000))
        self.refused(DATA, f"got {hashlib.sha256(self.set[:1000]).hexdigest()}", *self.command(size=False))

    def test_a_server_that_is_away_is_named(self):
        self.server.close()
        done = self.onecycle(*self.command(), code=DATA)
        self.assertRegex(done.stderr, r"pets.tgz: cannot be downloaded: http://127.0.0.1:\d+/pets.tgz: Failed to connect")
        self.assertEqual(self.files(), [])

    def test_mirrors_take_the_place_of_the_url(self):
        bad, other_server = Server({}), Server({"pets.tgz": self.set})
        self.addCleanup(bad.close)
        self.addCleanup(other_server.close)
        self.onecycle(*self.command("--mirror", f"{bad.url}/a,{other_server.url}/b/"))
        self.assertEqual(self.server.asked, [])
        self.assertEqual(bad.asked, [("/a/pets.tgz", None)])
        self.assertEqual(other_server.asked, [("/b/pets.tgz", None)])
        self.whole()

    def test_known_sets_are_asked_of_mirrors_under_their_names(self):
        for name, file in [("mnist", "train-images-idx3-ubyte.gz"), ("fashion_mnist", "train-images-idx3-ubyte.gz"),
                           ("cifar10", "cifar-10-binary.tar.gz"), ("cifar100", "cifar-100-binary.tar.gz"),
                           ("imagenette", "imagenette2-160.tgz")]:  # fmt: skip
            self.server.will()
            self.refused(DATA, f"{file}: cannot be downloaded: {self.server.url}/x/{file}: the server answers 404",
                         "data", "download", name, "--mirror", self.server.url + "/x")  # fmt: skip
            self.assertEqual(self.server.asked, [(f"/x/{file}", None)])

    def test_the_proxy_of_the_environment_is_used(self):
        arguments = [*self.command()]
        arguments[2] = "http://pets.invalid/of/pets.tgz"
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, timeout=60,
                              check=False, env=environment(http_proxy=self.server.url))  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.server.asked, [("http://pets.invalid/of/pets.tgz", None)])
        self.whole()

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl, to make a certificate")
    def test_what_is_encrypted_stays_so(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
                       cwd=self.folder, check=True, capture_output=True)  # fmt: skip
        safe = Server({"pets.tgz": self.set}, certificate=(self.folder / "cert.pem", self.folder / "key.pem"))
        self.addCleanup(safe.close)

        def run(code, **trusted):
            command = self.command("--mirror", safe.url)
            done = subprocess.run([PROGRAM, *map(str, command)], cwd=self.folder, env=environment(**trusted), timeout=60,
                                  capture_output=True, text=True, check=False)  # fmt: skip
            self.assertEqual(done.returncode, code, done.stderr)
            return done.stderr

        self.assertIn("SSL certificate problem", run(DATA))
        safe.will(moved(f"{self.server.url}/pets.tgz"))
        self.assertIn('Protocol "http" not supported or disabled', run(DATA, CURL_CA_BUNDLE="cert.pem"))
        self.assertEqual(self.server.asked, [])
        run(0, CURL_CA_BUNDLE="cert.pem")
        self.assertTrue((self.folder / "data/pets/valid/dog/2.jpg").exists())

    def test_a_terminal_sees_how_far_it_is(self):
        self.server.will(drip)
        master, slave = pty.openpty()
        process = subprocess.Popen([PROGRAM, *map(str, self.command())], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=slave, env=environment(COLUMNS="100", NO_COLOR="1"))  # fmt: skip
        os.close(slave)
        seen = ""
        while not re.search(r"pets\.tgz  \S+  2\d\d kB of 400 kB  \d\S* k?B/s  (\d+ s|\d+:\d\d) left", seen):
            seen += os.read(master, 65536).decode()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        os.close(master)

    def interrupt(self, process):
        part = self.folder / "data/pets.part/files/pets.tgz.part"
        self.wait_until(lambda: part.exists() and part.stat().st_size >= len(self.set) // 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (INTERRUPTED, ""), err)
        self.assertIn("pets.tgz: interrupted; what arrived stays, and the next download goes on from there", err)
        return part

    def test_an_interrupted_download_goes_on(self):
        self.server.will(drip)
        part = self.interrupt(self.started(*self.command()))
        size = part.stat().st_size
        self.server.will()
        self.onecycle(*self.command())
        self.assertEqual(self.server.asked, [("/pets.tgz", f"bytes={size}-")])
        self.whole()

    def test_two_at_once_are_one_too_many(self):
        self.server.will(drip)
        first = self.started(*self.command())
        self.wait_until(lambda: self.server.asked)
        self.assertIn("data/pets.part: expected no other download of this data set, got one that runs; wait for it",
                      self.onecycle(*self.command(), code=USAGE).stderr)  # fmt: skip
        self.interrupt(first)

    def test_archives_that_reach_out_are_refused(self):
        for entries, said in [
            ([("../evil", b"x")], "'../evil': expected a path in the folder, got one that leads out of it"),
            ([("a/../../evil", b"x")], "'a/../../evil': expected a path in the folder, got one that leads out of it"),
            ([("/tmp/evil", b"x")], "'/tmp/evil': expected a path in the folder, got an absolute one"),
            ([(link("here", "/etc"), b""), ("here/evil", b"x")], "'here': expected a file or a folder, got a link"),
            ([("a", b"x"), (link("b", "a", tarfile.LNKTYPE), b"")], "'b': expected a file or a folder, got a link"),
            ([(link("pipe", "", tarfile.FIFOTYPE), b"")], "'pipe': expected a file or a folder, got a device"),
            ([("a", b"x"), ("a", b"y")], "'a': expected a new file, got one that is there already"),
            ([("zeros", bytes(70_000_000))], "'zeros': expected at most 64000000 bytes in all, got 70000000 in this file"),
        ]:
            with self.subTest(said=said):
                self.server.server.files["evil.tgz"] = tgz([("good", b"good"), *entries])
                self.refused(DATA, f"data/evil.part/files/evil.tgz: {said}", *self.command(name="evil.tgz"))
                self.assertFalse(pathlib.Path("/tmp/evil").exists())

    def test_a_full_disk_is_no_fault_of_the_data(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        done = subprocess.run([PROGRAM, *map(str, self.command())], cwd=self.folder, env=environment(), preexec_fn=limit,
                              capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
        self.assertEqual(done.returncode, INTERNAL, done.stderr)
        self.assertIn("pets.tgz.part: cannot be written: File too large", done.stderr)

    def test_a_folder_that_cannot_be_written_is_the_users_to_change(self):
        self.write("file", "")
        self.refused(USAGE, "file/pets.part: cannot be written: Not a directory", *self.command("--to", "file"))
        self.assertEqual(self.server.asked, [])

    def test_refusals(self):
        for said, arguments in [
            ("expected the name of a data set or a URL; known: mnist, fashion_mnist, cifar10, cifar100, imagenette", []),
            ("unknown data set 'minst'; did you mean 'mnist'?", ["minst"]),
            ("'ftp://host/a.zip': expected a URL that begins with https:// or http://", ["ftp://host/a.zip"]),
            ("'https://host/': expected a URL that ends in the name of a file", ["https://host/"]),
            ("'https://host/a.zip': expected a SHA-256 of 64 hexadecimal digits, got ''; ask who publishes", ["https://host/a.zip"]),
            ("--sha256, --bytes: expected none with the known data set 'mnist'", ["mnist", "--bytes", "3"]),
            ("'nowhere': expected a URL that begins with https:// or http://", ["mnist", "--mirror", "nowhere"]),
            ("--tries: expected an integer >= 1, got '0'", ["mnist", "--tries", "0"]),
        ]:
            self.refused(USAGE, said, "data", "download", *arguments)
        self.refused(USAGE, "unknown command 'data downlaod'; did you mean 'data download'?", "data", "downlaod")

    def test_the_list_says_what_can_be_downloaded(self):
        text = self.onecycle("data").stdout
        sets = self.json("data")["remote"]
        self.assertEqual([s["name"] for s in sets], ["mnist", "fashion_mnist", "cifar10", "cifar100", "imagenette"])
        for known in sets:
            self.assertRegex(text, rf"(?m)^{known['name']} .*{known['what']}$")


if __name__ == "__main__":
    unittest.main()
