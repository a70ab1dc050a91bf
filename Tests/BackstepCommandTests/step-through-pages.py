"""Reads pages as a visitor does: python3 step-through-pages.py CHROMIUM PAGE…

Opens each page, steps through it by key, looks at it light, dark, on paper and without its script, and prints a line for
whatever is not as it should be. Pictures of what it saw are left beside each page. Needs nothing but Python.
"""

import base64, html, json, pathlib, sys

from browser import Browser, Tab

SHOWN = """[...document.querySelectorAll('section.step')].map((s, i) => s.getClientRects().length ? i + 1 : 0).filter(Boolean)"""

# What a screen reader says of a step, and whether it has the step's question.
HEARD = """((question, texts) => [texts[0].slice(0, texts[0].indexOf(': ') + 2), texts.every((text) => text.length > text.indexOf(': ') + 8)])(
  document.querySelector('section.current h2').textContent,
  [document.querySelector('.stepper input').getAttribute('aria-valuetext'), document.querySelector('.stepper .heard').textContent])"""
# Whether what the step finds, which is among what its picture highlights, is between the edges of the picture's frame.
IN_SIGHT = """((figure) => {
  if (!figure?.dataset.middle) return true;
  const [picture, frame] = [figure.querySelector('svg').getBoundingClientRect(), figure.getBoundingClientRect()];
  const middle = picture.left + figure.dataset.middle / figure.style.getPropertyValue('--width') * picture.width;
  if (middle < frame.left - 1 || middle > frame.right + 1) return false;
  // A bias is outlined in its unit, which is not highlighted itself.
  const marks = [...figure.querySelectorAll('.highlighted')].map((mark) => mark.getBoundingClientRect());
  return marks.length === 0 || marks.some((place) => place.left - 20 <= middle && middle <= place.right + 20);
})(document.querySelector('section.current figure'))"""


def read(browser, page):
    def expect(what, found, wanted):
        if found != wanted:
            print(f"{page}: {what}: {found}, not {wanted}")

    folder, address = page.parent, page.resolve().as_uri()
    tab = Tab(browser)
    tab.open(address)
    count = tab.value("document.querySelectorAll('section.step').length")
    expect("steps", count > 2, True)
    expect("shown at first", tab.value(SHOWN), [1])
    walk = [("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", count), ("ArrowRight", count), ("Home", 1),
            ("ArrowLeft", 1), ("PageDown", 2)]
    for key, step in walk:
        tab.press(key)
        expect(f"shown after {key}", tab.value(SHOWN), [step])
        expect(f"address after {key}", tab.value("location.hash") or "#step-1", f"#step-{step}")
        expect(f"slider after {key}", tab.value("document.querySelector('.stepper input').value"), str(step))
        expect(f"heard after {key}", tab.value(HEARD), [f"Step {step} of {count}: ", True])
    title = json.loads((folder / "trace.json").read_text())["title"].split()
    for place in ["document.querySelector('h1').textContent", "document.title"]:
        expect("title", (tab.value(place) or "").split(), title)
    expect("run by words", tab.value("window.ran"), None)
    # By keyboard alone: from the top to the link that skips, past the controls, each with a visible ring.
    tab.value("document.activeElement.blur()")
    rings = []
    for _ in range(7):
        tab.press("Tab")
        rings.append(tab.value("((e) => [e.className || e.tagName, getComputedStyle(e).outlineStyle, e === document.body])(document.activeElement)"))
    expect("without a ring", [name for name, style, body in rings if style == "none" or body], [])
    expect("reached", len({name for name, style, body in rings}) >= 4, True)
    expect("told of later steps", tab.value("[...document.querySelectorAll('td[data-step]')].some((cell) => cell.dataset.step > 2 && cell.checkVisibility({ visibilityProperty: true }))"), False)
    expect("troubles", list(tab.troubles()), [])

    tab.open(f"{address}#step-{count - 1}")
    expect("pictures drawn", tab.value("[...document.querySelectorAll('figure')].filter((f) => f.querySelector('svg')).length"), 1)
    expect("shown by a deep link", tab.value(SHOWN), [count - 1])
    expect("scrolled", tab.value("scrollY"), 0)
    expect("the heading", tab.value("document.querySelector('h1').getBoundingClientRect().top >= 0"), True)
    for width in [360, 390, 800, 1300]:
        tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=1100, deviceScaleFactor=1, mobile=False)
        expect(f"wider than {width}", tab.value("document.documentElement.scrollWidth > innerWidth"), False)
        for key in ["Home"] + ["ArrowRight"] * (count - 1):
            tab.press(key)
            expect(f"in sight at {width} after {tab.value(SHOWN)}", tab.value(IN_SIGHT), True)
    tab.ask("Emulation.clearDeviceMetricsOverride")
    background = {}
    for scheme in ["light", "dark"]:
        tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        background[scheme] = tab.value("getComputedStyle(document.documentElement).backgroundColor")
        tab.picture(folder / f"{scheme}.png")
    expect("one colour light and dark", background["light"] == background["dark"], False)
    tab.ask("Emulation.setEmulatedMedia", media="print", features=[])
    expect("printed", tab.value(SHOWN), list(range(1, count + 1)))
    tab.value("dispatchEvent(new Event('beforeprint'))")
    expect("printed pictures", tab.value("document.querySelectorAll('figure svg').length"), count)
    expect("printed controls", tab.value("document.querySelector('.stepper').getClientRects().length"), 0)
    pdf = tab.ask("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"]
    (folder / "print.pdf").write_bytes(base64.b64decode(pdf))
    tab.ask("Emulation.setEmulatedMedia", media="", features=[])
    tab.value("document.querySelector('.stepper .all').click()")
    expect("all steps", tab.value(SHOWN), list(range(1, count + 1)))
    expect("troubles", list(tab.troubles()), [])

    tab.open(f"{address}#{count - 1}")
    expect("shown by a number", tab.value(SHOWN), [count - 1])
    expect("columns", tab.value("[...document.querySelectorAll('.found [colspan]')].every((cell) => cell.colSpan === document.querySelectorAll('.found thead th').length)"), True)

    # A frame without an address of its own.
    text = page.read_text()
    frame = folder / "frame.html"
    frame.write_text(f'<!doctype html><title>Frame</title><iframe srcdoc="{html.escape(text)}"></iframe>')
    tab.open(frame.resolve().as_uri())
    tab.value("frames[0].document.querySelector('.next').click()")
    expect("shown in a frame", tab.value("frames[0].document.querySelector('.stepper input').value"), "2")
    expect("troubles in a frame", list(tab.troubles()), [])

    # A site that allows no inline scripts.
    guarded = folder / "guarded.html"
    guarded.write_text(text.replace("<head>", """<head><meta http-equiv="Content-Security-Policy" content="script-src 'none'">""", 1))
    tab.open(guarded.resolve().as_uri())
    expect("shown on a guarded site", tab.value(SHOWN), list(range(1, count + 1)))
    expect("pictures on a guarded site", tab.value("[...document.querySelectorAll('figure svg')].filter((p) => p.getClientRects().length).length"), count)

    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(f"{address}#step-2")
    expect("shown without the script", tab.value(SHOWN), list(range(1, count + 1)))
    expect("pictures without the script", tab.value("document.querySelectorAll('figure svg').length"), count)
    expect("controls without the script", tab.value("document.querySelector('.stepper').getClientRects().length"), 0)
    tab.picture(folder / "no-script.png")


browser = Browser(sys.argv[1])
for name in sys.argv[2:]:
    read(browser, pathlib.Path(name))
browser.close()
