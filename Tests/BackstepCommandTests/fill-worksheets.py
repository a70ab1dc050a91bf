"""Answers worksheets from what they print: python3 fill-worksheets.py FOLDER[=RULES]…

Reads the Markdown of each sheet as a student would, with nothing but its text: looks up each symbol of a line among the given numbers and the
answers of the lines before, works the line, and holds the result against the accepted range in answers.json. One student keeps all digits, one
rounds each answer to the digits that the sheet asks for. Where a sheet gives only values, the rules that a student knows are those that the sheets
in RULES print; the numbers are the sheet's own.

Holds the mistakes of each question against `backstep mistakes`, whose output for variant 1 is expected in FOLDER/mistakes-01.json: a wrong number
that prints otherwise than the answer is outside of the accepted range, or the sheet says that it is accepted.

Prints a line for every blank that cannot be filled or lands outside, and for every mistake that is accepted in silence; the last line counts.
"""

import json, math, pathlib, re, sys

NUMBER = r"\d[\d.]*(?:\\,\d{3})*(?: \\times 10\^\{-?\d+\})?|10\^\{-?\d+\}"
BLANK = r"\underline{\hspace{5em}}"


def number(text):
    """The value of digits as LaTeX prints them: 4.386 \\times 10^{-5}."""
    text = text.replace("\\,", "")
    power = re.search(r"10\^\{(-?\d+)\}$", text)
    if power:
        digits = text[: power.start()].replace("\\times", "").strip()
        return float(f"{digits or 1}e{power.group(1)}")
    return float(text)


def group(text, start):
    """The place after the brace that closes the one at `start`."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise ValueError("a brace is open: " + text)


FUNCTIONS = {"tanh": math.tanh, "ln": math.log, "sin": math.sin, "cos": math.cos, "exp": math.exp, "sqrt": math.sqrt, "max": max,
             "min": min, "abs": abs, "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "relu": lambda x: max(x, 0.0)}


def translated(text):
    """LaTeX whose symbols are numbers already, as Python."""
    while (place := text.find(r"\frac{")) >= 0:
        middle = group(text, place + 5)
        end = group(text, middle)
        text = f"{text[:place]}(({text[place + 6:middle - 1]})/({text[middle + 1:end - 1]})){text[end:]}"
    while (place := text.find(r"\sqrt{")) >= 0:
        end = group(text, place + 5)
        text = f"{text[:place]}sqrt({text[place + 6:end - 1]}){text[end:]}"
    text = re.sub(r"\\operatorname\{(ReLU)\}", "relu", text)
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\1", text)
    for command, meaning in [(r"\left|", "abs("), (r"\right|", ")"), (r"\left\lvert", "abs("), (r"\right\rvert", ")"), (r"\left", ""),
                             (r"\right", ""), (r"\cdot", "*"), (r"\times", "*"), (r"\,", ""), (r"\ln", "ln"), (r"\tanh", "tanh"),
                             (r"\sin", "sin"), (r"\cos", "cos"), (r"\exp", "exp"), (r"\max", "max"), (r"\min", "min"),
                             (r"\sigma", "sigmoid"), ("[", "("), ("]", ")"), ("{", "("), ("}", ")"), ("^", "**")]:
        text = text.replace(command, meaning)
    return re.sub(r"\be\*\*", " exp", text)


class Sheet:
    def __init__(self, text):
        self.known = {}
        self.digits = int(re.search(r"with (\d+) significant", text).group(1))
        given = next(line for line in text.splitlines() if line.startswith("Given: "))
        for item in re.findall(r"\$(.+?)\$", given):
            symbol, value = item.rsplit(" = ", 1)
            self.known[symbol] = number(value) if value[0] != "-" else -number(value[1:])
        self.lines = [
            (int(found.group(1)), found.group(2).split(" = "))
            for found in re.finditer(r"^(\d+)\. \$(.*) =\$ (?:\\_)+$", text, re.MULTILINE)]

    def rules(self):
        """What each line works out, in symbols or, where there are none, in numbers."""
        rules = {}
        for _, parts in self.lines:
            symbolic = [part for part in parts[1:] if BLANK not in part]
            rules[parts[0]] = (symbolic or parts[1:] or parts)[0]
        return rules

    def value(self, expression):
        """Of a line in symbols, and how many numbers are put in."""
        numbers = []

        def put(value):
            numbers.append(value)
            return f"⟦{len(numbers) - 1}⟧"

        for symbol in sorted(self.known, key=len, reverse=True):
            # A whole symbol: no index, prime or accent goes on.
            start = "" if symbol[0] in "\\{" else r"(?<![\w\\])(?<!\\hat\{)(?<!\\text\{)(?<!\\operatorname\{)"
            whole = re.compile(start + re.escape(symbol) + r"(?![\w'_{]|\^(?!\{?[-\d]))")
            expression = whole.sub(lambda _: put(self.known[symbol]), expression)
        # The loss's gradient with respect to itself.
        expression = re.sub(r"\\partial ?(\S+)/\\partial ?\1(?!\w)", lambda _: put(1.0), expression)
        expression = re.sub(NUMBER, lambda found: put(number(found.group())), re.sub(r"⟦\d+⟧", lambda found: found.group().translate(HIDDEN), expression))
        python = translated(expression).translate(SHOWN)
        python = re.sub(r"⟦(\d+)⟧", lambda found: f"({numbers[int(found.group(1))]!r})", python)
        return float(eval(python, {"__builtins__": {}}, FUNCTIONS)), len(numbers)


HIDDEN = {ord(str(digit)): 0xE000 + digit for digit in range(10)}
SHOWN = {0xE000 + digit: str(digit) for digit in range(10)}


def rounded(value, digits):
    return float(f"{value:.{digits - 1}e}")


def text(folder, variant):
    return (folder / f"worksheet-{variant['variant']:02}.md").read_text()


def fill(folder, rules, variant, keeps):
    """The troubles of one sheet, and how many blanks it has."""
    sheet = Sheet(text(folder, variant))
    known = (Sheet(text(rules, variant)) if rules else sheet).rules()
    troubles = []
    questions = variant["questions"]
    if [place for place, _ in sheet.lines] != list(range(1, len(questions) + 1)):
        troubles.append(f"has lines {[place for place, _ in sheet.lines]} for {len(questions)} questions")
    blanks = 0
    for (place, parts), question in zip(sheet.lines, questions):
        symbol = parts[0]
        blanks += 1 + sum(part.count(BLANK) for part in parts[1:])
        try:
            value, _ = sheet.value(known[symbol])
        except Exception as error:
            troubles.append(f"line {place}: {' = '.join(parts)}: {type(error).__name__} {error}")
            value = question["value"]
        if not keeps:
            value = rounded(value, sheet.digits)
        if not question["low"] <= value <= question["high"]:
            troubles.append(f"line {place}: {' = '.join(parts)} is {value}, not in {question['low']} … {question['high']}")
        sheet.known[symbol] = value
    return troubles, blanks


def entry(tensors, address):
    """A number among tensors with their shapes: hidden.weight[0,1]."""
    name, _, index = address.partition("[")
    tensor = tensors.get(name)
    if tensor is None:
        return None
    place = 0
    for size, number in zip(tensor["shape"], index.rstrip("]").split(",") if index else []):
        place = place * size + int(number)
    return tensor["data"][place]


def mistaken(folder, variant):
    """The troubles of the questions' mistakes, and how many wrong numbers were held against them."""
    report = json.loads((folder / f"mistakes-{variant['variant']:02}.json").read_text())
    troubles, count = [], 0
    for question in variant["questions"]:
        part, address = question["address"].split(" ", 1)
        if part not in ("gradient", "updated"):
            continue
        digits = len(re.sub(r"e.*|^[-0.]*|\.", "", question["printed"]).lstrip("0")) or 1
        told = {each["kind"]: each["value"] for each in question["mistakes"] + question.get("accepted-mistakes", [])}
        for mistake in report["mistakes"]:
            wrong = entry(mistake["gradients" if part == "gradient" else "updated"], address)
            if wrong is None:
                continue
            count += 1
            kind, inside = mistake["kind"], question["low"] <= wrong <= question["high"]
            if inside and rounded(wrong, digits) != float(question["printed"]) and not any(
                    each["kind"] == kind for each in question.get("accepted-mistakes", [])):
                troubles.append(f"{question['address']}: {kind} gives {wrong}, which is accepted for {question['printed']}")
            if not inside and not any(each["kind"] == kind for each in question["mistakes"]):
                troubles.append(f"{question['address']}: {kind} gives {wrong}, which no one is told")
            if kind in told and abs(told[kind] - wrong) > 1e-9 * max(1, abs(wrong)):
                troubles.append(f"{question['address']}: {kind} gives {wrong}, not {told[kind]}")
    return troubles, count


def main():
    variants, blanks, mistakes, alike = 0, 0, 0, 0
    for argument in sys.argv[1:]:
        folder, rules = (pathlib.Path(part) if part else None for part in argument.partition("=")[::2])
        for variant in json.loads((folder / "answers.json").read_text())["variants"]:
            variants += 1
            troubles, count = mistaken(folder, variant)
            mistakes += count
            alike += sum(len(question.get("accepted-mistakes", [])) for question in variant["questions"])
            for keeps in [True, False]:
                found, count = fill(folder, rules, variant, keeps)
                troubles += found
            blanks += count
            for trouble in troubles:
                print(f"{folder.name} {variant['variant']}: {trouble}")
    if blanks <= variants:
        print("the sheets have no blanks")
    print(f"filled {blanks} blanks of {variants} variants, held {mistakes} wrong numbers against them, {alike} accepted as the key says")


if __name__ == "__main__":
    main()
