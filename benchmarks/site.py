"""What a browser finds on a built site, page by page: ``python benchmarks/site.py _build/html``.

It says how large the site is, what each page loads before its reader does anything, how soon it can
be read, and everything that is wrong: links that lead nowhere, requests to other hosts, what the
browser complains about, and with ``--axe`` and ``--nu`` what axe-core and the Nu checker say
(``make checkers`` fetches both into ``_build/checkers``). It knows nothing of how the site was made
and shares nothing with the tests, which ask much of the same. Every page is opened, those of source
code too: a quarter of an hour on two processors.

The server here compresses text, as servers of static sites do. Exit code 1: something is wrong.
"""

import argparse
import functools
import gzip
import http.server
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".xml"}
LIMITS = {"book": 40e6, "site": 120e6, "first load": 1.5e6}
LOOKS = [(width, theme) for width in (400, 1400) for theme in ("light", "dark")]
READ = """() => ({
  ids: [...document.querySelectorAll("[id], a[name]")].flatMap((each) => [each.id, each.name]),
  links: [...document.querySelectorAll("a[href]")].map((each) => each.href),
  painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  address: location.href,
})"""
THEME = """(theme) => {
  document.documentElement.dataset.theme = document.documentElement.dataset.mode = theme;
}"""
AXE = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, impact, nodes }) => [id, impact, nodes.length, nodes[0].target.join(" ")]))
"""


class Server(http.server.SimpleHTTPRequestHandler):
    """A folder, its text compressed."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the file."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def open_page(browser: Any, base: str, name: str, axe: str | None) -> dict[str, Any]:
    """Visit a page with an empty cache; what was seen there."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    wrong: list[str] = []
    received: list[float] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "console",
        lambda said: said.type in ("error", "warning") and wrong.append(f"console: {said.text}"),
    )

    def asked(request: Any) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(base):
            wrong.append(f"asks for {request.url}")

    page.on("request", asked)
    page.goto(base + name, wait_until="load")
    page.evaluate("window.MathJax?.startup?.promise")
    page.wait_for_load_state("networkidle")
    seen: dict[str, Any] = page.evaluate(READ)
    seen["first load"], seen["wrong"] = sum(received), wrong
    if axe is not None and seen["address"] == base + name:
        page.evaluate(axe)
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(THEME, theme)
            page.wait_for_timeout(500)
            for rule, impact, count, first in page.evaluate(AXE):
                where = f"{theme}, {width} px"
                wrong.append(f"axe, {where}: {rule} ({impact}), {count} times, first {first}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"wider than {width} px")
    context.close()
    return seen


def lost_links(pages: dict[str, dict[str, Any]], base: str, folder: Path) -> list[str]:
    """Links within the site that lead to no file, or to no place in a page."""
    lost = []
    ids = {base + name: set(page["ids"]) for name, page in pages.items()}
    for name, page in pages.items():
        for link in sorted(set(page["links"])):
            address, anchor = urldefrag(link)
            place = unquote(anchor)
            if not address.startswith(base):
                continue
            path = folder / unquote(urlsplit(address).path).lstrip("/")
            target = path / "index.html" if path.is_dir() else path
            if not target.is_file():
                lost.append(f"{name}: {link} leads nowhere")
            # With "=" it is no place but a state, which the page's script reads.
            elif place and "=" not in place and place not in ids.get(address, {place}):
                lost.append(f"{name}: {link}: no such place in the page")
    return lost


def invalid(nu: Path, paths: list[Path]) -> list[str]:
    """What the Nu checker calls an error."""
    command = ["java", "-Xss4m", "-jar", nu, "--errors-only", "--format", "json", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{Path(each.get('url', '')).name}:{each.get('lastLine')}: {each['message']}"
        for each in messages
    ]


def sizes(folder: Path) -> tuple[int, int]:
    """Bytes of the book, and of the site with JupyterLite."""
    book = lite = 0
    for path in folder.rglob("*"):
        if path.is_file():
            if path.relative_to(folder).parts[0] == "lite":
                lite += path.stat().st_size
            else:
                book += path.stat().st_size
    return book, book + lite


def look(folder: Path, browser_path: str, axe: Path | None, nu: Path | None) -> list[str]:
    """Print what was measured; return what is wrong."""
    from playwright.sync_api import sync_playwright

    wrong = []
    book, site = sizes(folder)
    print(f"Size: book {book / 1e6:.1f} MB, with JupyterLite {site / 1e6:.1f} MB")
    wrong += [f"the book has {book} bytes"] if book > LIMITS["book"] else []
    wrong += [f"the site has {site} bytes"] if site > LIMITS["site"] else []

    paths = [
        path
        for path in sorted(folder.rglob("*.html"))
        if path.relative_to(folder).parts[0] not in ("_static", "lite")
        # What sends a browser on at once is no page to look at.
        and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")
    ]
    script = axe.read_text(encoding="utf-8") if axe else None
    pages: dict[str, dict[str, Any]] = {}
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Server, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        print(f"{'First load':>12}{'Painted':>10}{'Ready':>10}")
        for path in paths:
            name = path.relative_to(folder).as_posix()
            page = pages[name] = open_page(browser, base, name, script)
            print(
                f"{page['first load'] / 1e3:>9.0f} kB{page['painted'] or 0:>7.0f} ms"
                f"{page['ready']:>7.0f} ms  {name}",
                flush=True,
            )
            if page["first load"] > LIMITS["first load"]:
                page["wrong"].append(f"{page['first load']} bytes are loaded first")
            wrong += [f"{name}: {each}" for each in page["wrong"]]
        browser.close()
    wrong += lost_links(pages, base, folder)
    server.shutdown()
    server.server_close()
    if nu is not None:
        wrong += invalid(nu, paths)
    return wrong


def main() -> None:
    """Read the command line, look, and say what is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the built site, such as _build/html")
    parser.add_argument("--browser", default=shutil.which("chromium") or "google-chrome")
    parser.add_argument("--axe", type=Path, help="axe-core's axe.min.js")
    parser.add_argument("--nu", type=Path, help="the Nu checker's vnu.jar; needs Java")
    given = parser.parse_args()
    wrong = look(given.folder.resolve(), given.browser, given.axe, given.nu)
    print(f"\n{len(wrong) or 'Nothing'} wrong", *wrong, sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
