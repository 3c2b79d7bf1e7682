"""Pages opened in Chromium, if it is installed: what they become, and what they say on the console."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_DRAWN = """
<script>
addEventListener("load", () => {
  const wait = setInterval(() => {
    if (!document.body.hasAttribute("data-drawn")) return;
    clearInterval(wait);
    %s
    setTimeout(() => {
      document.body.setAttribute("data-wide", document.documentElement.scrollWidth);
      document.body.setAttribute("data-done", "");
    }, 500);
  }, 50);
});
</script>
"""

# Windows are no narrower than 500 pixels, frames are.
_FRAME = """<!doctype html><style>body { margin: 0 }</style>
<iframe src="opened.html" style="border: 0; width: %dpx; height: %dpx"></iframe>
<script>
const wait = setInterval(() => {
  const page = document.querySelector("iframe").contentDocument;
  if (!page.body || !page.body.hasAttribute("data-done")) return;
  clearInterval(wait);
  if (%s) document.documentElement.innerHTML = page.documentElement.innerHTML;
  for (const name of page.body.getAttributeNames()) document.body.setAttribute(name, page.body.getAttribute(name));
}, 50);
</script>
"""


@dataclass(frozen=True)
class Shown:
    """A page after its scripts ran, and the lines of its console."""

    dom: str
    console: list[str]


def open_page(file, folder, width=1280, scheme="light", then="", height=900, picture=None):
    """Open a page without a network; `then` is JavaScript that runs once its figures are drawn, `picture` a file for
    a picture of it."""
    before, end, after = file.read_text("utf-8").rpartition("</body>")
    (folder / "opened.html").write_text(before + _DRAWN % then + end + after, "utf-8")
    (folder / "frame.html").write_text(_FRAME % (width, height, "false" if picture else "true"), "utf-8")
    arguments = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"),
        *("--host-resolver-rules=MAP * ~NOTFOUND", "--allow-file-access-from-files", "--virtual-time-budget=20000"),
        *(f"--user-data-dir={folder / 'profile'}", f"--window-size={max(width, 500)},{height}"),
        f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
        f"--screenshot={picture}" if picture else "--dump-dom",
        (folder / "frame.html").as_uri(),
    ]
    environment = os.environ | {"HOME": str(folder)}
    done = subprocess.run(
        [BROWSER, *arguments], capture_output=True, text=True, timeout=120, env=environment, check=True
    )
    return Shown(done.stdout, re.findall(r":CONSOLE(?::\d+)?\] (.*)", done.stderr))
