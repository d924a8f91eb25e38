"""A real Chromium, driven as a person would: pointer, keys and what is then on the screen.

It is spoken to over a pair of pipes (``--remote-debugging-pipe``), which needs no further package and no port.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 60.0
KEYS = {
    **{name: name for name in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Escape", "Tab", "Enter")},
    " ": "Space",
}
CODES = {
    "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Escape": 27, "Tab": 9, "Enter": 13, " ": 32,
}  # fmt: skip

HELD = {"": 0, "Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}


class Browser:
    """One tab of a headless Chromium."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int) -> None:
        self.process = process
        self.to = to
        self.back = back
        self.waiting = b""
        self.number = 0
        self.events: list[dict[str, Any]] = []
        self.session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol and its answer."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            got = self._message(until)
            if got.get("id") == self.number:
                if "error" in got:
                    raise AssertionError(f"{method}: {got['error']}")
                return got["result"]
            self.events.append(got)

    def _message(self, until: float) -> dict[str, Any]:
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.back], [], [], max(0.0, until - time.monotonic()))
            got = os.read(self.back, 1 << 20) if ready else b""
            if not got:
                raise AssertionError("The browser does not answer.")
            self.waiting += got
        first, _, self.waiting = self.waiting.partition(b"\0")
        return json.loads(first)

    # -- what a person does --------------------------------------------------------------------------

    def open(self, address: str | Path) -> None:
        """Go to a page and wait until it is there."""
        self.events.clear()
        self.call("Page.navigate", url=address.as_uri() if isinstance(address, Path) else address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        end = time.monotonic() + PATIENCE
        while not self.js(expression):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.02)

    def size(self, width: int, height: int) -> None:
        """Make the window so large."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def middle(self, selector: str) -> tuple[float, float]:
        """Where an element is in the window."""
        x, y, width, height = self.js(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            "if (!one.ownerSVGElement) one.scrollIntoView({ block: 'nearest' });"
            "const r = one.getBoundingClientRect(); return [r.x, r.y, r.width, r.height] })()"
        )
        return x + width / 2, y + height / 2

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """One event of the pointer at a place."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def hover(self, selector: str) -> None:
        """Move the pointer over an element."""
        self.mouse("mouseMoved", *self.middle(selector))

    def click(self, selector: str, *, held: str = "") -> None:
        """Click on the middle of an element, with a key held or without."""
        self.click_at(*self.middle(selector), held=held)

    def click_at(self, x: float, y: float, *, held: str = "") -> None:
        """Click at a place, with a key held or without."""
        self.mouse("mouseMoved", x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1, modifiers=HELD[held])

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Pull from one place to another."""
        self.mouse("mouseMoved", *start)
        self.mouse("mousePressed", *start, button="left", clickCount=1)
        for part in (0.3, 0.6, 1.0):
            at = [a + (b - a) * part for a, b in zip(start, end, strict=True)]
            self.mouse("mouseMoved", *at, button="left", buttons=1)
        self.mouse("mouseReleased", *end, button="left", clickCount=1)

    def key(self, *keys: str, shift: bool = False) -> None:
        """Press keys one after the other: a letter, or ``Tab``, ``Enter``, ``ArrowLeft`` …"""
        for key in keys:
            more: dict[str, Any] = {"key": key, "modifiers": 8 if shift else 0}
            if key in CODES:
                more |= {"code": KEYS[key], "windowsVirtualKeyCode": CODES[key]}
            if len(key) == 1 or key == "Enter":
                more["text"] = "\r" if key == "Enter" else key
            self.call("Input.dispatchKeyEvent", type="keyDown", **more)
            self.call(
                "Input.dispatchKeyEvent", type="keyUp", **{k: v for k, v in more.items() if k != "text"}
            )

    def screenshot(self) -> bytes:
        """What is on the screen, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    @contextmanager
    def frame(self, number: int = -1) -> Iterator[None]:
        """In the block, expressions are those of a frame in the page, which runs apart from it; the last one, if not said."""
        self.call("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True)
        end = time.monotonic() + PATIENCE
        while len(sessions := self._frames()) <= max(number, 0):
            assert time.monotonic() < end, "There is no such frame."
            time.sleep(0.05)
        page, self.session = self.session, sessions[number]
        try:
            for domain in ("Runtime", "Network", "Log"):
                self.call(f"{domain}.enable")
            yield
        finally:
            self.session = page
            self.call("Target.setAutoAttach", autoAttach=False, waitForDebuggerOnStart=False, flatten=True)

    def _frames(self) -> list[str]:
        """The sessions of the frames that are attached now."""
        self.js("0")
        found: list[str] = []
        for one in self.events:
            what = one.get("params", {})
            if one["method"] == "Target.attachedToTarget" and what["targetInfo"]["type"] == "iframe":
                found.append(what["sessionId"])
            elif one["method"] == "Target.detachedFromTarget" and what["sessionId"] in found:
                found.remove(what["sessionId"])
        return found

    def click_in_frame(self, selector: str, frame: str, number: int = -1, *, held: str = "") -> None:
        """Click on the middle of an element that stands in a frame; the frame is told by an expression of the page."""
        self.js(f"{frame}.scrollIntoView({{ block: 'nearest' }})")
        left, top = self.js(
            "(one => { const r = one.getBoundingClientRect(); return [r.x + one.clientLeft, r.y + one.clientTop] })"
            f"({frame})"
        )
        # A frame that was only just shown does not feel the pointer yet.
        page = self.session
        with self.frame(number):
            x, y = self.middle(selector)
            self.js(
                "window.felt = false; addEventListener('pointermove', () => { window.felt = true }, true)"
            )
            inside, end, step = self.session, time.monotonic() + PATIENCE, 0
            while not self.js("window.felt"):
                assert time.monotonic() < end, "The frame does not feel the pointer."
                step = 1 - step
                self.session = page
                self.mouse("mouseMoved", left + x + step, top + y)
                time.sleep(0.05)
                self.session = inside
        self.click_at(left + x, top + y, held=held)

    # -- what went wrong -----------------------------------------------------------------------------

    def complaints(self) -> list[str]:
        """Every exception, message of the console and entry of the log since the page was opened."""
        self.js("0")
        return [
            json.dumps(one["params"])
            for one in self.events
            if one.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        ]

    def requests(self) -> list[str]:
        """Every address asked for since the page was opened; what the page holds itself is no request."""
        self.js("0")
        asked = [
            one["params"]["request"]["url"]
            for one in self.events
            if one.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith("data:")]


@contextmanager
def browser(program: str, profile: Path, width: int = 1280, height: int = 800) -> Iterator[Browser]:
    """A headless Chromium with one tab, ended with the block."""
    to_read, to_write = os.pipe()
    back_read, back_write = os.pipe()

    def connect() -> None:
        # Chromium reads from 3 and writes to 4; both may be taken by the pipes themselves.
        reading, writing = os.dup(to_read), os.dup(back_write)
        while reading < 10:
            reading = os.dup(reading)
        while writing < 10:
            writing = os.dup(writing)
        os.dup2(reading, 3)
        os.dup2(writing, 4)

    process = subprocess.Popen(
        [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            f"--user-data-dir={profile}", f"--window-size={width},{height}",
        ],
        close_fds=False,
        preexec_fn=connect,  # noqa: PLW1509 - the tests start no threads of their own
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_read)
    os.close(back_write)
    try:
        tab = Browser(process, to_write, back_read)
        tab.size(width, height)
        yield tab
        tab.session = None
        with suppress(AssertionError, OSError):
            tab.call("Browser.close")
    finally:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(to_write)
        os.close(back_read)
