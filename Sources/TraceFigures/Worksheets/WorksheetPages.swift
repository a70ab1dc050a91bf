import Autodiff
package import Drawing
import Notation
package import Telling
import Typesetting

/// A worksheet's pages, laid out once: the key has the same pages, with the blanks filled.
package struct WorksheetPages: Sendable {
    /// A place to write: a box or a line, and what the key writes there.
    private struct Blank {
        var outline = DisplayList()
        var answer = DisplayList()
    }

    private struct Page {
        var content = DisplayList()
        var blanks: [Blank] = []
    }

    package let worksheet: Worksheet
    package let title: String
    /// A picture with its blanks, empty and filled.
    private typealias Drawn = (sheet: DisplayList, key: DisplayList, size: Size)
    /// The figure, in parts that a page holds each.
    private let figure: [Drawn]
    private let variant: Int
    private let paper: Paper
    private let typesetter: Typesetter
    private var pages: [Page] = []
    private var y = 0.0
    /// The parts of the figure that are still to be placed.
    private var due: ArraySlice<Drawn> = []

    package static let margin = 42.0
    /// Figures are set no smaller, for their type's sake.
    package static let leastScale = 0.88
    private static let text = Font(size: 9.5)
    private static let small = Font(size: 8)
    private static let note = Font(size: 7)

    private var width: Double { paper.size.width - 2 * Self.margin }
    private var bottom: Double { paper.size.height - Self.margin }

    /// - Parameters:
    ///   - scenes: the lesson's network or graph, or its tensors in parts; none: too large for a page.
    ///   - state: what of it is given.
    package init(
        _ worksheet: Worksheet, title: String, variant: Int, scenes: [any TraceScene], paper: Paper = .a4, measurer: any TextMeasuring
    ) {
        self.worksheet = worksheet
        self.title = title
        self.variant = variant
        self.paper = paper
        typesetter = Typesetter(measurer: measurer)
        figure = scenes.map { WorksheetFigure(worksheet, $0, measurer: measurer).drawings }
        layOut()
    }

    package var count: Int { pages.count }

    package func picture(_ page: Int, isKey: Bool) -> Picture {
        var list = pages[page].content
        for blank in pages[page].blanks { list.append(blank.outline) }
        if isKey { for blank in pages[page].blanks { list.append(blank.answer) } }
        let what = isKey ? "Key" : "Worksheet"
        return Picture(
            size: paper.size, content: list, look: Look(theme: .print), title: "\(title): \(what.lowercased()) \(variant)",
            alternative: "\(what) of “\(title)”, variant \(variant), page \(page + 1) of \(count).")
    }

    /// The figure by itself, its parts below each other; nil where there is none.
    package func figurePicture(isKey: Bool) -> Picture? {
        guard !figure.isEmpty else { return nil }
        var list = DisplayList()
        var size = Size(0, 0)
        for part in figure {
            let corner = Point(0, size.height)
            list.append(part.sheet.translated(by: corner))
            if isKey { list.append(part.key.translated(by: corner)) }
            size = Size(max(size.width, part.size.width), size.height + part.size.height)
        }
        return Picture(
            size: size, content: list, look: Look(theme: .print), title: title,
            alternative: isKey ? "The figure with its answers." : "The figure with blanks.")
    }

    // MARK: Layout

    private mutating func layOut() {
        turnPage()
        head()
        strip()
        addFigure()
        // A heading stays with the first line.
        if y + 80 > bottom { nextPage() }
        write(.words(Worksheet.heading), Font(size: 10.5, weight: .semibold), .ink)
        if figure.contains(where: { !$0.key.items.isEmpty }) {
            write(.words("Answers with a box in the figure go there too."), Self.small, .quietInk)
        }
        y += 6
        for (index, question) in worksheet.questions.enumerated() { add(question, number: index + 1) }
        while !due.isEmpty { nextPage() }
        for (index, _) in pages.enumerated() where pages.count > 1 {
            let words = typesetter.layoutText(.words("\(index + 1) / \(pages.count)"), font: Self.note, color: .quietInk)
            pages[index].content.append(
                words.moved(to: Point(paper.size.width - Self.margin - words.width, paper.size.height - 24)).content)
        }
    }

    /// With the figure at its top, where that had no room on the page before.
    private mutating func nextPage() {
        turnPage()
        if let part = due.popFirst() { place(part) }
    }

    private mutating func turnPage() {
        pages.append(Page())
        y = Self.margin
    }

    private mutating func draw(_ laid: Laid, at point: Point) {
        pages[pages.count - 1].content.append(laid.moved(to: point).content)
    }

    private mutating func write(_ text: Formula, _ font: Font, _ color: Paint, width: Double? = nil) {
        for line in typesetter.wrapText(text, font: font, width: width ?? self.width, color: color) {
            if y + line.height > bottom { turnPage() }
            draw(line, at: Point(Self.margin, y + line.ascent))
            y += line.height + 2
        }
    }

    private mutating func rule(from x: Double, to end: Double, at y: Double) {
        pages[pages.count - 1].content.stroke(.line(from: Point(x, y), to: Point(end, y)), Stroke(.ink, width: 0.7))
    }

    /// The title to the left, name and date to the right.
    private mutating func head() {
        let right = paper.size.width - Self.margin
        let fields = right - 190
        var line = typesetter.layoutText(.words("Name"), font: Self.text)
        draw(line, at: Point(fields, 56))
        rule(from: fields + 34, to: right, at: 58)
        line = typesetter.layoutText(.words("Date"), font: Self.text)
        draw(line, at: Point(fields, 80))
        rule(from: fields + 34, to: fields + 100, at: 82)
        line = typesetter.layoutText(.words("Points"), font: Self.text)
        draw(line, at: Point(fields + 106, 80))
        rule(from: fields + 140, to: right, at: 82)
        write(.words(title), Font(size: 16, weight: .bold), .ink, width: fields - Self.margin - 16)
        y += 2
        write(
            .words("Variant \(variant). \(worksheet.instruction)"), Self.small, .quietInk,
            width: fields - Self.margin - 16)
        let key = typesetter.layoutText(.words("Key"), font: Font(size: 12, weight: .bold))
        pages[0].blanks.append(Blank(answer: key.moved(to: Point(right - key.width, 38)).content))
        y = max(y + 6, 94)
    }

    /// What is given, in a panel.
    private mutating func strip() {
        let items = worksheet.stripItems.map { typesetter.layoutText($0, font: Self.text) }
        let label = typesetter.layoutText(.words("Given"), font: Font(size: 9.5, weight: .bold))
        var rows: [[Laid]] = [[label]]
        let (gap, inset) = (13.0, 9.0)
        for item in items {
            let used = rows[rows.count - 1].reduce(0) { $0 + $1.width + gap }
            if used + item.width > width - 2 * inset { rows.append([]) }
            rows[rows.count - 1].append(item)
        }
        let notes = worksheet.conventions.flatMap { typesetter.wrapText($0, font: Self.small, width: width - 2 * inset, color: .quietInk) }
        let heights = rows.map { row in (row.map(\.ascent).max() ?? 0, row.map(\.descent).max() ?? 0) }
        let height =
            2 * inset - 3 + heights.reduce(0) { $0 + $1.0 + $1.1 + 4 } + notes.reduce(0) { $0 + $1.height + 2 }
        if y + height > bottom { turnPage() }
        pages[pages.count - 1].content.fill(.rect(Rect(Self.margin, y, width, height), radius: 2), .panel)
        y += inset
        for (row, (ascent, descent)) in zip(rows, heights) {
            var x = Self.margin + inset
            for item in row {
                draw(item, at: Point(x, y + ascent))
                x += item.width + gap
            }
            y += ascent + descent + 4
        }
        for line in notes {
            draw(line, at: Point(Self.margin + inset, y + line.ascent))
            y += line.height + 2
        }
        y += inset + 5
    }

    private mutating func addFigure() {
        due = figure[...]
        // A little smaller it may stay on the page; else the page's rest is for the first questions.
        guard let first = due.first, bottom - y >= first.size.height * min(scale(of: first), Self.leastScale) else { return }
        due = due.dropFirst()
        place(first)
    }

    /// At which it is as wide and as high as a page at most.
    private func scale(of part: Drawn) -> Double {
        min(1, width / part.size.width, figureHeight / part.size.height)
    }

    /// Of a page, below what stands over a figure.
    private var figureHeight: Double { Self.figureHeight(on: paper) }

    package static func figureHeight(on paper: Paper) -> Double { paper.size.height - 2 * margin - 40 }

    private mutating func place(_ part: Drawn) {
        let scale = min(scale(of: part), (bottom - y) / part.size.height)
        let corner = Point(Self.margin + (width - part.size.width * scale) / 2, y)
        pages[pages.count - 1].blanks.append(
            Blank(
                outline: part.sheet.scaled(by: scale).translated(by: corner),
                answer: part.key.scaled(by: scale).translated(by: corner)))
        y += part.size.height * scale + 16
    }

    // MARK: Questions

    private static let box = Size(86, 17)

    /// ① ∂L/∂w₅ = ∂L/∂z₃ · h₁ = ___ × ___ = [ ]
    private mutating func add(_ question: Worksheet.Question, number: Int) {
        let right = paper.size.width - Self.margin
        let left = Self.margin + 24
        let room = right - Self.box.width - 16 - left
        let rows = rows(of: question, width: room, whole: right - left)
        let ascents = rows.map { max($0.map(\.laid.ascent).max() ?? 0, 10) }
        var descents = rows.map { max($0.map(\.laid.descent).max() ?? 0, 3) + 6 }
        // Below the last baseline hang the box and the range.
        descents[rows.count - 1] = max(descents[rows.count - 1], 16)
        let height = max((ascents + descents).reduce(0, +), Self.box.height + 11)
        if y + height > bottom { nextPage() }
        if y + height > bottom { turnPage() }
        let page = pages.count - 1
        var top = y
        for (index, row) in rows.enumerated() {
            let baseline = top + ascents[index]
            var x = index == 0 ? left : left + Self.indent
            if index == 0 {
                let label = typesetter.layoutText(.words(String(number)), font: Font(size: 7.5, weight: .bold), color: .page)
                let center = Point(Self.margin + 8, baseline - 3.4)
                pages[page].content.fill(.circle(center: center, radius: 7.5), .ink)
                draw(label, at: Point(center.x - label.width / 2, center.y + 2.7))
            }
            for part in row {
                let placed = part.laid.moved(to: Point(x, baseline))
                pages[page].content.append(placed.content)
                if part.isWork { fill(placed, question, page) }
                x += part.laid.width + Self.gap
            }
            top = baseline + descents[index]
            if index == rows.count - 1 {
                answerBox(question, Rect(right - Self.box.width, baseline - 12, Self.box.width, Self.box.height), page)
            }
        }
        y += height
    }

    private static let indent = 10.0
    private static let gap = 6.0

    /// A part of a question's line; in the work are blanks.
    private struct Part {
        let laid: Laid
        var isWork = false
    }

    /// The line on one row where there is room; else on several, broken before the signs of its sums. What is too long even so is left to a
    /// sheet of one's own.
    /// - Parameters:
    ///   - width: of the last row, beside the box for the answer; `whole` of the others.
    private func rows(of question: Worksheet.Question, width: Double, whole: Double) -> [[Part]] {
        var rows = [[Part(laid: typesetter.layoutText(worksheet.head(of: question), font: Self.text))]]
        func add(_ right: Formula, _ color: Paint?, isWork: Bool) {
            let used = rows[rows.count - 1].reduce(rows.count == 1 ? 0 : Self.indent) { $0 + $1.laid.width + Self.gap }
            let equation = Formula.row([.sign(.equals)] + right.parts)
            // Blanks of a fraction are as large as others: they are written in.
            func lines(_ room: Double) -> [Laid] {
                typesetter.wrapText(equation, font: Self.text, width: room, color: color, isDisplayed: isWork)
            }
            let level = lines(1e6)
            if level.count == 1, used + level[0].width <= width {
                rows[rows.count - 1].append(Part(laid: level[0], isWork: isWork))
                return
            }
            let broken = lines(whole - Self.indent)
            guard broken.allSatisfy({ $0.width <= whole - Self.indent }) else { return }
            rows += broken.map { [Part(laid: $0, isWork: isWork)] }
        }
        if let rule = worksheet.rule(of: question) { add(rule, .quietInk, isWork: false) }
        if let blanks = worksheet.blanks(of: question) { add(blanks, nil, isWork: true) }
        let end = rows[rows.count - 1].reduce(Self.indent - Self.gap) { $0 + $1.laid.width + Self.gap }
        if rows.count > 1, end > width { rows.append([]) }
        return rows
    }

    private mutating func answerBox(_ question: Worksheet.Question, _ rect: Rect, _ page: Int) {
        let equals = typesetter.layoutText(.row([.sign(.equals)]), font: Self.text)
        pages[page].content.append(equals.moved(to: Point(rect.minX - equals.width - 4, rect.maxY - 5)).content)
        var blank = Blank()
        blank.outline.stroke(.rect(rect), Stroke(.ink, width: 0.9))
        let answer = typesetter.layoutText(.number(question.printed), font: Font(size: 9.5, weight: .semibold))
        blank.answer.append(answer.moved(to: Point(rect.center.x - answer.width / 2, rect.maxY - 5)).content)
        let range = typesetter.layoutText(question.rangeText, font: Self.note, color: .quietInk)
        blank.answer.append(range.moved(to: Point(rect.maxX - range.width, rect.maxY + 8)).content)
        pages[page].blanks.append(blank)
    }

    /// Writes the numbers over the lines that they are to be written on.
    private mutating func fill(_ line: Laid, _ question: Worksheet.Question, _ page: Int) {
        for (index, numeral) in question.numerals.enumerated() {
            guard let rect = line.places[Worksheet.blankKey(index)] else { continue }
            var number = typesetter.layoutText(.number(numeral), font: Self.small)
            // In an exponent a line is shorter.
            if number.width > rect.width {
                number = typesetter.layoutText(.number(numeral), font: Font(size: Self.small.size * rect.width / number.width))
            }
            let baseline = rect.maxY - 3.2
            pages[page].blanks.append(
                Blank(answer: number.moved(to: Point(rect.center.x - number.width / 2, baseline)).content))
        }
    }
}
