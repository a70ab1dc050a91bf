"""Answers worksheets from what they print: python3 fill-worksheets.py FOLDER…

Reads the Markdown of each sheet as a student would, with nothing but its text: looks up each symbol of a line among the given numbers and the
answers of the lines before, works the line, and holds the result against the accepted range in answers.json. One student keeps all digits, one
rounds each answer to the digits that the sheet asks for. Prints a line for every blank that cannot be filled or lands outside, and for every
mistake that would be accepted; the last line counts.
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

    def value(self, expression):
        """Of a line in symbols, and how many numbers are put in."""
        numbers = []

        def put(value):
            numbers.append(value)
            return f"⟦{len(numbers) - 1}⟧"

        for symbol in sorted(self.known, key=len, reverse=True):
            # A whole symbol: no index, prime or accent goes on.
            whole = re.compile(r"(?<![\w\\{])" + re.escape(symbol) + r"(?![\w'_^]|\{)" if symbol[0] != "{" else re.escape(symbol) + r"(?![\w'_])")
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


def fill(folder, variant, keeps):
    """The troubles of one sheet, and how many blanks it has."""
    sheet = Sheet((folder / f"worksheet-{variant['variant']:02}.md").read_text())
    troubles = []
    questions = variant["questions"]
    if [place for place, _ in sheet.lines] != list(range(1, len(questions) + 1)):
        troubles.append(f"has lines {[place for place, _ in sheet.lines]} for {len(questions)} questions")
    blanks = 0
    for (place, parts), question in zip(sheet.lines, questions):
        symbol, rest = parts[0], parts[1:]
        rules = [part for part in rest if BLANK not in part]
        blanks += 1 + sum(part.count(BLANK) for part in rest)
        try:
            value, _ = sheet.value(rules[0] if rules else rest[0] if rest else symbol)
        except Exception as error:
            troubles.append(f"line {place}: {' = '.join(parts)}: {error}")
            value = question["value"]
        if not keeps:
            value = rounded(value, sheet.digits)
        if not question["low"] <= value <= question["high"]:
            troubles.append(f"line {place}: {' = '.join(parts)} is {value}, not in {question['low']} … {question['high']}")
        for mistake in question["mistakes"]:
            if question["low"] <= mistake["value"] <= question["high"]:
                troubles.append(f"line {place}: {mistake['kind']} is accepted")
        sheet.known[symbol] = value
    return troubles, blanks


def main():
    variants, blanks = 0, 0
    for folder in map(pathlib.Path, sys.argv[1:]):
        for variant in json.loads((folder / "answers.json").read_text())["variants"]:
            variants += 1
            for keeps in [True, False]:
                troubles, count = fill(folder, variant, keeps)
                for trouble in troubles:
                    print(f"{folder.name} {variant['variant']}: {trouble}")
            blanks += count
    if blanks <= variants:
        print("the sheets have no blanks")
    print(f"filled {blanks} blanks of {variants} variants")


if __name__ == "__main__":
    main()
