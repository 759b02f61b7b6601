"""The report of a real run: complete, self-contained, and alive in a headless Chromium.

The tests that need a browser are skipped where there is no chromium on PATH.
"""

import csv
import html
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

WATCH = """<script>
window.problems = [];
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"])
  addEventListener(kind, (event) => problems.push(kind + ": " + (event.message || event.reason || event.blockedURI)), true);
for (const kind of ["error", "warn"]) console[kind] = (...text) => problems.push("console: " + text.join(" "));
</script>"""

PROBE = """<script>
const paint = (canvas) => {
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const data = context.getImageData(0, 0, copy.width, copy.height).data;
  const colours = new Set();
  let painted = 0;
  let sum = 0; // depends on every colour and place
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue;
    painted += 1;
    sum = (sum * 31 + data[i] * 65536 + data[i + 1] * 256 + data[i + 2] + i) % 2147483647;
    if (data[i + 3] === 255) colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  }
  return { painted, sum, colours: colours.size };
};
const press = (canvas, key) =>
  canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const range = (chart) => [chart.scales.x.min, chart.scales.x.max];
const zoom = (canvas, chart) => {
  const reset = canvas.closest("figure").querySelector(".reset");
  const { left, top } = canvas.getBoundingClientRect();
  const { chartArea: area } = chart;
  const whole = range(chart);
  const point = (kind, part) => canvas.dispatchEvent(new PointerEvent(kind, {
    clientX: left + area.left + part * (area.right - area.left), clientY: top + area.top + 9,
    pointerType: "mouse", button: 0, bubbles: true }));
  point("pointerdown", 0.25);
  point("pointermove", 0.6);
  point("pointerup", 0.75);
  const dragged = range(chart);
  const shown = !reset.hidden;
  press(canvas, "0");
  const again = range(chart);
  press(canvas, "+");
  const nearer = range(chart);
  reset.click();
  return { whole, dragged, shown, again, nearer, reset: range(chart), hidden: reset.hidden };
};
addEventListener("load", () => setTimeout(() => {
  const canvases = [...document.querySelectorAll("canvas")].map((canvas) => {
    const chart = Chart.getChart(canvas);
    const button = canvas.closest("figure").querySelector(".legend button");
    const before = paint(canvas);
    button.click();
    const without = paint(canvas);
    const pressed = button.getAttribute("aria-pressed");
    button.click();
    const after = paint(canvas);
    press(canvas, "End");
    const tooltip =
      chart.tooltip.opacity > 0 ? chart.tooltip.title.concat(chart.tooltip.body.flatMap((b) => b.lines)) : [];
    return {
      name: canvas.getAttribute("aria-label"), role: canvas.getAttribute("role"),
      before, without, after, pressed, again: button.getAttribute("aria-pressed"),
      tooltip, zoom: zoom(canvas, chart),
    };
  });
  const answer = document.createElement("pre");
  answer.id = "answer";
  answer.textContent = JSON.stringify({
    canvases, problems, background: getComputedStyle(document.body).backgroundColor,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    fetched: performance.getEntriesByType("resource").map((entry) => entry.name),
    headings: [...document.querySelectorAll("h1, h2")].map((heading) => heading.tagName),
  });
  document.body.append(answer);
}, 200));
</script>"""


def onecycle(*arguments):
    command = [os.environ["ONECYCLE"], *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def inflated(stream):
    """The bytes of a stream of a PDF; nothing for one that is kept another way."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def train(folder, *flags):
    return Path(onecycle("fit", "digits", "--epochs", 3, "--seed", 1, "--threads", 1, "--out", folder, "--quiet",
                         *flags)["run"])


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))


class ReportPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.run_folder = train(Path(cls.folder.name) / "run", "--clip-norm", 1, "--keep", "best,ema")
        cls.page = (cls.run_folder / "report.html").read_text(encoding="utf-8")
        cls.pages = {"report": cls.page, **cls.other_pages(Path(cls.folder.name))}

    @classmethod
    def other_pages(cls, folder):
        """Of several runs side by side, and of several policies."""
        other = train(folder / "other", "--max-lr", 0.1, "--policy", "cosine")
        several = onecycle("report", cls.run_folder, other, "--out", folder / "several.html")["report"]
        policies = onecycle("compare", "digits", "--policies", "one_cycle,wsd", "--seeds", 2, "--epochs", 3,
                            "--out", folder / "policies", "--quiet")["report"]
        return {name: Path(page).read_text(encoding="utf-8") for name, page in [("runs", several), ("policies", policies)]}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def browse(self, *flags, page=None):
        """What the page answers to the probe in a browser that cannot reach any network."""
        probed = Path(self.folder.name) / "probed.html"
        head, body = (page or self.page).split("<head>", 1)
        body, end = body.rsplit("</body>", 1)
        probed.write_text(head + "<head>" + WATCH + body + PROBE + "</body>" + end, encoding="utf-8")
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
                 "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000", "--enable-logging=stderr",
                 *flags, "--dump-dom", probed.as_uri()],
                capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(re.findall(r".*CONSOLE.*", done.stderr), [])
        found = re.search(r'<pre id="answer">(.*?)</pre>', done.stdout, re.S)
        self.assertIsNotNone(found, done.stderr[-2000:])
        return json.loads(html.unescape(found.group(1)))

    def test_holds_the_numbers_of_the_run_folder(self):
        plots = {plot["title"]: plot for plot in data_of(self.page)["plots"]}
        with open(self.run_folder / "iterations.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        raw = plots["Loss"]["series"][0]
        self.assertEqual([float(row["loss"]) for row in rows], raw["y"])
        self.assertEqual([float(row["iteration"]) for row in rows], raw["x"])
        with open(self.run_folder / "find.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        curve = plots["Loss against learning rate"]["series"][0]
        self.assertEqual(len(rows), len(curve["y"]))
        for row, lr, loss in zip(rows, curve["x"], curve["y"]):
            self.assertEqual(float(row["lr"]), lr)
            self.assertEqual(float(row["loss"]) if math.isfinite(float(row["loss"])) else None, loss)

    def test_is_one_small_file_that_needs_no_other(self):
        self.assertLess(len(self.page.encode()), 1_000_000)
        self.assertIn("Content-Security-Policy\" content=\"default-src 'none'", self.page)
        for page in self.pages.values():
            self.assertEqual(re.findall(r"<(?:link|iframe)\b|\ssrc=(?!\"data:image/bmp;base64,)", page), [])

    @unittest.skipUnless(CHROMIUM, "no chromium on PATH")
    def test_every_picture_is_drawn_without_a_complaint(self):
        for name, page in self.pages.items():
            with self.subTest(page=name):
                answer = self.browse("--window-size=1200,900", page=page)
                self.assertEqual(answer["problems"], [])
                self.assertEqual(answer["fetched"], [])
                self.assertEqual(len(answer["canvases"]), len(data_of(page)["plots"]))
                self.assertGreaterEqual(len(answer["canvases"]), 3)
                for canvas in answer["canvases"]:
                    self.assertGreater(canvas["before"]["painted"], 1000, canvas)
                    self.assertGreater(canvas["before"]["colours"], 2, canvas)
                    self.assertEqual(canvas["role"], "img")
                self.assertEqual(answer["headings"][0], "H1")
                self.assertEqual(answer["headings"].count("H1"), 1)

    @unittest.skipUnless(CHROMIUM, "no chromium on PATH")
    def test_dragging_and_keys_zoom_and_all_comes_back(self):
        for name, page in self.pages.items():
            for canvas in self.browse("--window-size=1200,900", page=page)["canvases"]:
                with self.subTest(page=name, canvas=canvas["name"]):
                    zoom = canvas["zoom"]
                    (low, high), dragged, nearer = zoom["whole"], zoom["dragged"], zoom["nearer"]
                    self.assertTrue(low < dragged[0] < dragged[1] < high, zoom)
                    self.assertTrue(low <= nearer[0] < nearer[1] <= high and nearer != zoom["whole"], zoom)
                    self.assertTrue(zoom["shown"])
                    self.assertTrue(zoom["hidden"])
                    self.assertEqual(zoom["again"], zoom["whole"])
                    self.assertEqual(zoom["reset"], zoom["whole"])

    @unittest.skipUnless(CHROMIUM, "no chromium on PATH")
    def test_legend_buttons_switch_curves_and_keys_show_values(self):
        for canvas in self.browse("--window-size=1200,900")["canvases"]:
            self.assertNotEqual(canvas["before"]["sum"], canvas["without"]["sum"], canvas)
            # Nearly the same picture comes back: hiding the last curve lays the axes out anew.
            before, after = canvas["before"]["painted"], canvas["after"]["painted"]
            self.assertLess(abs(before - after), 0.01 * before, canvas)
            self.assertEqual((canvas["pressed"], canvas["again"]), ("false", "true"))
            self.assertGreaterEqual(len(canvas["tooltip"]), 2, canvas)

    @unittest.skipUnless(CHROMIUM, "no chromium on PATH")
    def test_prints_every_chart_on_whole_pages(self):
        for name, page in self.pages.items():
            with self.subTest(page=name), tempfile.TemporaryDirectory() as profile:
                source = Path(profile) / "page.html"
                source.write_text(page, encoding="utf-8")
                pdf = Path(profile) / "page.pdf"
                subprocess.run(
                    [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}/browser",
                     "--blink-settings=preferredColorScheme=0", "--virtual-time-budget=5000",
                     f"--print-to-pdf={pdf}", source.as_uri()],
                    capture_output=True, timeout=120, check=True)
                printed = pdf.read_bytes()
                drawn = b"".join(map(inflated, re.findall(rb"stream\r?\n(.*?)\r?\nendstream", printed, re.S)))
                # Charts are drawn line by line: one for nearly every point that differs from the last.
                points = sum(len(series["y"]) for plot in data_of(page)["plots"] for series in plot["series"])
                self.assertGreater(len(re.findall(rb" l\n", drawn)), points / 2)
                # Black on white, whatever the reader prefers on a screen.
                self.assertRegex(drawn, rb"\b0 0 0 rg\n")
                self.assertLessEqual(len(re.findall(rb"/Type /Page\b", printed)), 6)

    @unittest.skipUnless(CHROMIUM, "no chromium on PATH")
    def test_fits_a_phone_and_follows_the_dark_theme(self):
        phone = self.browse("--window-size=500,900")
        self.assertLessEqual(phone["wide"], 0)
        dark = self.browse("--blink-settings=preferredColorScheme=0")
        self.assertEqual(dark["problems"], [])
        self.assertNotEqual(dark["background"], phone["background"])


if __name__ == "__main__":
    unittest.main()
