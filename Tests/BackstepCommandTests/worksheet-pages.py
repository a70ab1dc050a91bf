"""Fills in worksheets as a student does: python3 worksheet-pages.py CHROMIUM FOLDER VARIANT…

Opens each variant's page from its file, types answers right and wrong in the ways that people write numbers, and prints a line for
whatever is not as it should be. Needs nothing but Python.
"""

import base64, hashlib, json, pathlib, sys

from browser import Browser, Tab

# Ways to write a number that `printed` gives as a program would.
WAYS = [
    lambda printed: printed,
    lambda printed: printed.replace(".", ","),
    lambda printed: printed.replace("-", "−"),
    lambda printed: "%.12e" % float(printed),
    lambda printed: ("%.10f" % (float(printed) * 1e4)).replace("-", "–") + " × 10⁻⁴",
    lambda printed: ("%.10f" % (float(printed) * 1e4)).replace(".", ",") + "·10^-4",
    lambda printed: "%.12f/1000" % (float(printed) * 1000),
    lambda printed: f"  {printed} ",
]


def fill(browser, folder, variant):
    page = folder / f"worksheet-{variant['variant']:02}.html"
    # What `backstep mistakes` says of each, by its kind.
    described = (folder / f"mistakes-{variant['variant']:02}.txt").read_text().splitlines()
    names = {kind: words.strip() for kind, words in zip(described, described[1:]) if kind and kind[0].islower()}
    questions = variant["questions"]

    def expect(what, found, wanted):
        if found != wanted:
            print(f"{page}: {what}: {found!r}, not {wanted!r}")

    tab = Tab(browser)
    # A low window, since each answer is painted.
    tab.ask("Emulation.setDeviceMetricsOverride", width=1300, height=200, deviceScaleFactor=1, mobile=False)
    tab.open(page.resolve().as_uri())

    def answer(question, text):
        """What the page says of an answer."""
        field = f"document.querySelector('#{question['id']} input')"
        tab.value(f"{field}.focus(); {field}.select()")
        tab.ask("Input.insertText", text=text)
        tab.press("Enter")
        return tab.value(f"document.querySelector('#{question['id']} .verdict').textContent")

    status = "document.querySelector('[role=status]').textContent"
    expect("fields", tab.value("document.querySelectorAll('.questions input').length"), len(questions))
    expect("score at first", tab.value(status), f"0 of {len(questions)} right.")
    # By keyboard alone, with a visible ring and a name for readers who don't see it.
    tab.press("Tab")
    name = tab.value("document.activeElement.getAttribute('aria-label')") or ""
    expect("first field", name, f"Answer 1: {questions[0]['symbol']}")
    expect("ring", tab.value("getComputedStyle(document.activeElement).outlineStyle"), "solid")

    sealed = json.loads(tab.value("document.getElementById('sealed').textContent"))
    for index, question in enumerate(questions):
        low, high, value = question["low"], question["high"], question["value"]
        inside = lambda x: low <= x <= high
        # The same by another implementation of the hash: exactly one entry means the right cell.
        seal = next(each for each in sealed["questions"] if each["id"] == question["id"])
        cell = int((value / seal["width"] - seal["offset"]) // 1)
        digest = hashlib.sha256(f"{sealed['salt']}/{question['id']}/{cell}".encode()).hexdigest()
        expect(f"{question['id']} sealed", [int(entry[16:], 16) ^ int(digest[16:20], 16) for entry in seal["entries"] if entry[:16] == digest[:16]], [0])
        # How numbers are read does not depend on the question.
        if index == 0:
            for wrong in ["abc", "1.234,5", "1//2", "0x1", "e5", "."]:
                expect(f"{question['id']} {wrong}", answer(question, wrong).startswith("This is not a number"), True)
            expect("invalid", tab.value("document.activeElement.getAttribute('aria-invalid')"), "true")
        for wrong in [low - (high - low) * 0.01, high + (high - low) * 0.01, value * 3 + 1, 1e300]:
            expect(f"{question['id']} {wrong}", answer(question, repr(wrong)).startswith("Right"), False)
        if value and not inside(-value):
            expect(f"{question['id']} negated", "sign" in answer(question, repr(-value)) or "mistake" in answer(question, repr(-value)), True)
        for mistake in question["mistakes"]:
            if abs(mistake["value"] - (low + high) / 2) < 1.01 * (high - low):
                continue
            expect(f"{question['id']} {mistake['kind']}", names[mistake["kind"]] in answer(question, repr(mistake["value"])), True)
        for right in [low, high, value]:
            expect(f"{question['id']} {right}", answer(question, repr(right)), "Right.")
        for way in WAYS if index == 0 else WAYS[:1]:
            expect(f"{question['id']} {way(question['printed'])}", answer(question, way(question["printed"])), "Right.")
        expect("said", tab.value(status), f"Answer {index + 1}: Right. {index + 1} of {len(questions)} right.")
        following = questions[(index + 1) % len(questions)]["id"] if index + 1 < len(questions) else question["id"]
        expect("next field", tab.value("document.activeElement.closest('li').id"), following)
    for width in [360, 800]:
        tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=1100, deviceScaleFactor=1, mobile=False)
        expect(f"wider than {width}", tab.value("document.documentElement.scrollWidth > innerWidth"), False)
        tab.picture(folder / f"marked-{width}.png")
    tab.ask("Emulation.clearDeviceMetricsOverride")
    tab.value("document.querySelector('.clear').click()")
    expect("cleared", tab.value(status), f"0 of {len(questions)} right.")
    tab.value("document.querySelector('.all').click()")
    expect("nothing marked", tab.value("document.querySelectorAll('.wrong, .right, .unread').length"), 0)
    # On paper it is a plain sheet again.
    seen = lambda selector: tab.value(f"[...document.querySelectorAll('{selector}')].filter((e) => e.getClientRects().length).length")
    lines = seen(".blanks")
    expect("lines to write on", lines, 0)
    tab.ask("Emulation.setEmulatedMedia", media="print")
    expect("printed controls", seen(".status"), 0)
    expect("printed lines", seen(".blanks") > 0, True)
    pdf = tab.ask("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"]
    (folder / f"printed-{variant['variant']:02}.pdf").write_bytes(base64.b64decode(pdf))
    tab.ask("Emulation.setEmulatedMedia", media="")
    expect("troubles", list(tab.troubles()), [])
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(page.resolve().as_uri())
    expect("controls without the script", seen(".status"), 0)
    expect("lines without the script", seen(".blanks") > 0, True)


folder = pathlib.Path(sys.argv[2])
variants = json.loads((folder / "answers.json").read_text())["variants"]
browser = Browser(sys.argv[1])
for number in sys.argv[3:]:
    fill(browser, folder, variants[int(number) - 1])
browser.close()
