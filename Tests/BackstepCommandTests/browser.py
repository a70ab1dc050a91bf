"""A headless Chromium, driven through a pair of pipes (--remote-debugging-pipe: JSON messages with a NUL after each)."""

import base64, fcntl, json, os, shutil, subprocess, sys, tempfile


class Browser:
    def __init__(self, program):
        self.profile = tempfile.mkdtemp()
        ours, theirs = os.pipe(), os.pipe()

        def arrange():
            # The browser reads from 3 and writes to 4; our ends may be there already.
            reading, writing = fcntl.fcntl(ours[0], fcntl.F_DUPFD, 10), fcntl.fcntl(theirs[1], fcntl.F_DUPFD, 10)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--hide-scrollbars", "--window-size=1300,1100", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile}"],
            preexec_fn=arrange, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours[0])
        os.close(theirs[1])
        self.requests, self.answers = os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb")
        self.buffer, self.number, self.events = b"", 0, []

    def message(self):
        while b"\0" not in self.buffer:
            chunk = self.answers.read1(1 << 16)
            if not chunk:
                sys.exit("the browser ended")
            self.buffer += chunk
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def ask(self, method, session=None, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        self.requests.write(json.dumps(request).encode() + b"\0")
        self.requests.flush()
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def close(self):
        self.ask("Browser.close")
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


class Tab:
    def __init__(self, browser):
        self.browser = browser
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        return self.browser.ask(method, self.session, **parameters)

    def open(self, address):
        # Another hash alone would be no new page.
        for place in ["about:blank", address]:
            self.browser.events.clear()
            self.ask("Page.navigate", url=place)
            while not any(event["method"] == "Page.loadEventFired" for event in self.browser.events):
                self.browser.events.append(self.browser.message())

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def press(self, key):
        for kind in ["rawKeyDown", "keyUp"]:
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key])

    def picture(self, file):
        # An animation that is under way would make every picture another one.
        self.value("document.getAnimations().forEach((animation) => animation.finish())")
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def troubles(self):
        for event in self.browser.events:
            parameters = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                yield "exception: " + parameters["exceptionDetails"]["text"]
            elif event["method"] == "Runtime.consoleAPICalled":
                yield "console: " + str(parameters["args"])
            elif event["method"] == "Log.entryAdded":
                yield "log: " + parameters["entry"]["text"]
            elif event["method"] == "Network.requestWillBeSent" and not parameters["request"]["url"].startswith(("file:", "data:", "about:")):
                yield "loaded: " + parameters["request"]["url"]


KEYS = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "PageDown": 34, "PageUp": 33}
