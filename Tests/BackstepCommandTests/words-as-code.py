"""Reads what Backstep wrote of hostile words and of plain ones, each file by a program that reads such files, and prints a line for whatever is not as
it should be: python3 words-as-code.py HOSTILE PLAIN

Both are folders with the same files but for their names, which `pairs.txt` lists: a line each, the two names with a tab between. What is missing on this
machine is named by a line `skipped: NAME`.
"""

import concurrent.futures, csv, html, io, os, pathlib, re, shutil, subprocess, sys
from xml.etree import ElementTree

hostile, plain = (pathlib.Path(name) for name in sys.argv[1:3])
pairs = [line.split("\t") for line in (hostile / "pairs.txt").read_text().split("\n") if line]
faults = []


def expect(file, what, holds):
    if not holds:
        faults.append(f"{file}: {what}")


def skipped(name):
    print(f"skipped: {name}")


# What a page of Markdown becomes.

def pandoc(text, dialect):
    return subprocess.run(["pandoc", "-f", dialect, "-t", "html"], input=text, capture_output=True, text=True, check=True).stdout


readers = {}
if shutil.which("pandoc"):
    readers["pandoc"] = lambda text: pandoc(text, "markdown")
    readers["pandoc as GitHub"] = lambda text: pandoc(text, "gfm")
else:
    skipped("pandoc")
try:
    import markdown_it
    readers["markdown-it"] = lambda text: markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
except ImportError:
    skipped("markdown-it-py")
try:
    import markdown
    readers["Python-Markdown"] = lambda text: markdown.markdown(text, extensions=["extra"])
except ImportError:
    skipped("markdown")
try:
    import html5lib
except ImportError:
    html5lib = None
    skipped("html5lib")


def elements(text):
    """Each element with the names of its attributes; and the words, in which a template would look for its own."""
    found, words = [], []
    def walk(node, shown):
        tag = node.tag.split("}")[-1] if isinstance(node.tag, str) else "comment"
        names = tuple(sorted(str(name).split("}")[-1] for name in node.attrib))
        # A span without attributes parts two braces.
        if tag not in ("span", "tbody") or names:
            found.append((tag, names))
        shown = shown and tag not in ("script", "style", "pre", "code", "math")
        if shown and node.text:
            words.append(node.text)
        for child in node:
            walk(child, shown)
            if shown and child.tail:
                words.append(child.tail)
    walk(html5lib.parse(text), True)
    return found, words


def held(file, text, other):
    if html5lib is None:
        return
    (found, words), (wanted, _) = elements(text), elements(other)
    if found != wanted:
        for one, two in zip(found + [None], wanted + [None]):
            if one != two:
                expect(file, f"{one} where plain words have {two}", False)
                break
    return words


fragments = []
for name, other in pairs:
    path, control = hostile / name, plain / other
    kind = path.suffix
    if kind == ".html":
        held(name, path.read_text(), control.read_text())
        expect(name, "a bare brace", "{{" not in re.sub(r"<(style|script)>.*?</\1>", "", path.read_text(), flags=re.S))
        if path.name != "index.html":
            fragments.append(path.read_text())
    elif kind in (".md", ".qmd"):
        text, expected = path.read_text(), control.read_text()
        if text.startswith("---\n"):
            text, expected = (page.split("\n---\n", 1)[1] for page in (text, expected))
        # To Liquid and to MDX; formulas are for a renderer of mathematics, and a fence's lesson is its author's.
        bare = re.sub(r"(?ms)^\s*(```+|~~~+|:::+)backstep.*?^\s*\1\s*$", "", text)
        # To Jinja too; but in Quarto an id stands behind a brace.
        expect(name, "a brace of Liquid's", not re.search(r"\{[{%]" if kind == ".qmd" else r"\{[{%#]", bare))
        bare = re.sub(r"\$\$?[^$]+\$\$?", "", bare)
        if kind == ".md":
            expect(name, f"a brace of MDX's: {(re.search(r'.{20}[{}].{20}', bare) or [''])[0]}", "{" not in bare and "}" not in bare)
            expect(name, "a module of MDX's", not re.search(r"(?m)^(import|export) ", bare))
        for reader, render in readers.items():
            # Quarto reads by pandoc.
            if kind == ".qmd" and reader != "pandoc":
                continue
            page = render(text)
            words = held(f"{name}, by {reader}", page, render(expected))
            # pandoc, which shows an image's alternative text as its caption, writes no templates.
            for shown in [] if reader.startswith("pandoc") else words or []:
                expect(f"{name}, by {reader}", f"braces of Vue's in {shown!r}", "{{" not in shown)
            fragments.append(page)
    elif kind == ".svg":
        def outline(file):
            return [(node.tag, tuple(sorted(node.attrib))) for node in ElementTree.parse(file).iter() if node.tag.split("}")[-1] not in ("use", "g", "path", "rect")]
        one, two = outline(path), outline(control)
        expect(name, f"{set(one) ^ set(two) or 'a number'} of elements is another than with plain words", one == two)
        expect(name, "a handler", not any(key.lower().startswith("on") for node in ElementTree.parse(path).iter() for key in node.attrib))
        fragments.append(path.read_text().split("?>", 1)[1])
    elif kind == ".csv":
        tables = [list(csv.reader(io.StringIO(file.read_text(), newline=""))) for file in (path, control)]
        expect(name, "rows are torn", [len(row) for row in tables[0]] == [len(row) for row in tables[1]])
        for row in tables[0]:
            for cell in row:
                for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", cell):
                    number = re.fullmatch(r"-?(\d+(\.\d+)?(e[+-]\d+)?|inf)", cell)
                    expect(name, f"{cell!r} begins a formula", number or not line.startswith(("=", "+", "-", "@", "\t")))
    elif kind != ".tex":
        expect(name, "what reads it is not known", False)

# No handler runs.
if shutil.which("chromium"):
    batch = hostile / "batch.html"
    batch.write_text(
        "<!DOCTYPE html><meta charset=utf-8><title>not loaded</title><body>" + "\n".join(fragments)
        + "<script>onload = () => setTimeout(() => { document.title = 'ran ' + window.ran + ', ' + document.scripts.length }, 50)</script>")
    shown = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={hostile}/profile", "--virtual-time-budget=3000",
         "--dump-dom", batch.resolve().as_uri()], capture_output=True, text=True).stdout
    expect("batch.html", f"in Chromium: {(re.search('<title>.*?</title>', shown) or [shown[:200]])[0]}", "<title>ran undefined, 1</title>" in shown)
else:
    skipped("chromium")

# TeX reads and writes nothing but its own, with a shell at hand.
def tex(job):
    name, head, files = job
    folder = hostile / f"tex-{name}"
    folder.mkdir()
    body = "\n".join((hostile / file).read_text() for file in files)
    for file in hostile.glob("*.pdf"):
        shutil.copy(file, folder)
    (folder / "canary.tex").write_text(r"\typeout{the canary was read}")
    (folder / "told").mkdir()
    shutil.copy(hostile / "told/steps.pdf", folder)
    body = body.replace("{../steps.pdf}", "{steps.pdf}")
    (folder / "job.tex").write_text(head and f"{head}\\begin{{document}}\n{body}\n\\end{{document}}\n" or body)
    run = subprocess.run(["pdflatex", "-shell-escape", "-recorder", "-interaction=nonstopmode", "-halt-on-error", "job.tex"], cwd=folder, capture_output=True)
    log = (folder / "job.log").read_text(errors="replace") if (folder / "job.log").exists() else run.stdout.decode(errors="replace")
    expect(name, "pdflatex: " + log[-1500:], run.returncode == 0)
    expect(name, "the canary was read", "the canary was read" not in log and "canary.tex" not in (folder / "job.fls").read_text())
    expect(name, "a command ran", not re.search(r"runsystem\((?!(repstopdf|kpsewhich|mktex))", log))
    made = {file.name for file in folder.iterdir()} - {file.name for file in hostile.glob("*.pdf")}
    extra = {file for file in made if file.split(".")[0] not in ("job", "canary", "told", "steps")}
    expect(name, f"written: {extra}", not extra)


if shutil.which("pdflatex"):
    active = r"\AtBeginDocument{\catcode`\"=13 \def\shorthand{\errmessage{a shorthand ran}}\begingroup\lccode`\~=`\"\lowercase{\endgroup\let~\shorthand}}"
    snippets = [name for name, _ in pairs if name.endswith(".latex.tex")]
    slides = ["told/slides/beamer.tex"] + [name for name, _ in pairs if name.endswith(".beamer.tex")]
    jobs = [
        ("derivation", "", ["told/derivation.tex"]),
        ("article", r"\documentclass{article}\usepackage{graphicx}" + active, snippets),
    ]
    if subprocess.run(["kpsewhich", "beamer.cls", "pgfmath.sty"], capture_output=True).returncode == 0:
        jobs += [("beamer", r"\documentclass[aspectratio=169]{beamer}", slides), ("babel", r"\documentclass{beamer}\usepackage[T1]{fontenc}" + active, slides)]
    else:
        skipped("beamer")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(tex, jobs))
else:
    skipped("pdflatex")

for fault in dict.fromkeys(faults):
    print(fault)
