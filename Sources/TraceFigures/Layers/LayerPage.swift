import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
import Traces
import Typesetting

/// What is said and drawn of one kind of layer.
protocol LayerStory {
    var subject: LayerSubject { get }
    /// The calculations that are printed, so that each number gets the digits that they all need.
    var lines: [LayerLine] { get }
    /// One claim, the best first; the first that is short enough stands over the picture.
    func headlines(_ page: LayerPage) -> [Formula]
    /// What the picture shows, under the headline.
    func subtitle(_ page: LayerPage) -> [Formula]
    func sections(_ page: LayerPage) -> [LayerSection]
}

/// A part of the page, from its left edge to its right.
struct LayerSection {
    let heading: Formula
    /// Under the heading.
    var words: [Formula] = []
    /// Beside or under the words.
    let blocks: [Block]
    var gap = 9.0
    /// Whether words and blocks stand below the heading rather than beside it.
    var isWide = false

    /// All words one after the other; nil where there are none.
    var paragraph: Formula? {
        guard let first = words.first else { return nil }
        return words.dropFirst().reduce(first) { .row([$0, .words(" "), $1]) }
    }
}

/// A page with the digits of its numbers and the tiles of its tensors.
struct LayerPage {
    let subject: LayerSubject
    let lettering: BlockLettering
    let precision: Precision
    /// Of the page, and between its margins.
    let pageWidth: Double
    let width: Double
    let margin: Double

    static let usualWidth = 720.0
    private static let wideMargin = 30.0
    private static let side = 142.0
    private static let mostNarrowSide = 98.0
    private static let sideGap = 16.0

    /// - Parameter isCompact: whether what is in the grids is as small and as close as it may be.
    init(_ story: any LayerStory, typesetter: Typesetter, pageWidth: Double?, isCompact: Bool = false) {
        subject = story.subject
        lettering = BlockLettering(typesetter: typesetter, isCompact: isCompact)
        var precision = Precision()
        precision.settle(story.lines.map { ($0.key, $0.arithmetic, $0.result) })
        self.precision = precision
        self.pageWidth = pageWidth ?? Self.usualWidth
        margin = self.pageWidth < 600 ? 6 : Self.wideMargin
        width = self.pageWidth - 2 * margin
    }

    // MARK: Numbers

    func value(_ scalar: ScalarID) -> Numeral { precision.numeral(subject.value(scalar), key: .value(scalar.key)) }
    func gradient(_ scalar: ScalarID) -> Numeral { precision.numeral(subject.gradient(scalar), key: .gradient(scalar.key)) }

    /// With parentheses around a negative number.
    static func factor(_ numeral: Numeral, _ role: Formula.Role, leads: Bool = false) -> Formula {
        let number = Formula.role(role, numeral.asWords)
        return numeral.isNegative && !leads ? .parenthesized(number) : number
    }

    // MARK: Tiles

    enum Face { case value, gradient }

    /// A cell of a tensor: its value, its gradient, or the value above the gradient.
    func cell(_ scalar: ScalarID, _ faces: [Face], _ paint: Paint? = nil) -> TensorTile.Cell {
        var cell = TensorTile.Cell(words: subject.symbols(scalar).plainText)
        for (place, face) in faces.enumerated() {
            let separator = place == 0 ? ": " : ", "
            switch face {
            case .value:
                cell.lines.append((value(scalar).asWords, paint ?? .value))
                cell.words += "\(separator)value \(value(scalar).text)"
            case .gradient:
                guard subject.hasGradient(scalar.tensor) else { continue }
                cell.lines.append((gradient(scalar).asWords, paint ?? .gradient))
                cell.words += "\(separator)gradient \(gradient(scalar).text)"
            }
        }
        return cell
    }

    /// How many rows and columns a tile shows before it leaves some out.
    static let most = (rows: 6, columns: 6)

    /// A whole tensor, or one part of it.
    /// - Parameter name: nil: the tensor's letter, or its gradient's.
    func tile(
        _ id: String, _ slice: TensorSlice, _ faces: [Face], name: Formula? = nil, most: (rows: Int, columns: Int) = most,
        paint: Paint? = nil
    ) -> TensorTile {
        let (rows, columns) = (Shown(slice.rows, most: most.rows), Shown(slice.columns, most: most.columns))
        let named = name ?? (faces == [.gradient] ? subject.gradientName(slice.id) : .role(.value, subject.symbols.tensor(slice.id)))
        return TensorTile(
            id: id, name: named, notes: notes(slice, rows, columns), rows: rows, columns: columns
        ) { cell(slice.scalar($0, $1), faces, paint) }
    }

    /// The shape, and what is not shown.
    /// - Parameter namesPart: whether they say which part of the tensor this is; not where its name does.
    func notes(_ slice: TensorSlice, _ rows: Shown, _ columns: Shown, namesPart: Bool = true) -> [Formula] {
        let hidden = slice.rows * slice.columns - rows.indices.count * columns.indices.count
        return (lettering.isCompact && hidden == 0 ? [] : [.words(slice.shape)])
            + (namesPart ? slice.part.map { [.words($0)] } ?? [] : []) + (hidden > 0 ? [.words("\(hidden) not shown")] : [])
    }

    /// What an operation does, over an arrow to the right, or on the way back to the left.
    func arrow(_ words: Formula?, _ paint: Paint = .value, isBack: Bool = false) -> Block {
        let text = words.map { lettering.block($0, BlockLettering.note, .quietInk) }
        let length = max(text?.width ?? 0, 22)
        let y = (text?.height ?? 0) + 5
        var block = Block(width: length, height: y + 5, axis: y)
        if let text { block.list.append(text.list.translated(by: Point((length - text.width) / 2, 0))) }
        block.list.arrow(from: Point(isBack ? length : 0, y), to: Point(isBack ? 0 : length, y), paint)
        return block
    }

    /// A calculation with its result, on as many lines as a section's width calls for.
    func equation(_ left: [Formula], _ line: Arithmetic.Line, _ role: Formula.Role, font: Font = BlockLettering.body, width: Double? = nil)
        -> Block
    {
        lettering.equation(
            .row(
                left.map { .role(role, $0) } + [.sign(.equals)] + line.numeric.parts
                    + [.sign(line.relation), .role(role, line.result.asWords)]), font, width: width ?? sectionWidth)
    }

    // MARK: The page

    /// What a section's blocks have beside its words, or below them.
    var sectionWidth: Double { isNarrow ? width : width - Self.side - Self.sideGap }
    private var isNarrow: Bool { width < 560 }
    var isWide: Bool { !isNarrow }

    func picture(_ story: any LayerStory, height: Double?) -> Picture {
        var sections = story.sections(self)
        var picture = picture(story, sections)
        while picture.size.height > height ?? .infinity, sections.count > 1 {
            sections.removeLast()
            picture = self.picture(story, sections)
        }
        return picture
    }

    private func picture(_ story: any LayerStory, _ sections: [LayerSection]) -> Picture {
        let type = PlotType()
        var column = TextColumn(margin: margin, width: width, typesetter: lettering.typesetter, numerals: .words)
        let found = story.broken(self) ?? story.headlines(self).first { $0.plainText.count <= ToldTraceFinding.mostCharacters }
        let headline = TracedHeadline(subject.trace, found: found ?? .words(story.kindOfPicture)) { precision.numeral($0, key: $1) }
        let subtitle = story.subtitle(self) + [subject.way]
        column.writeHead(subject.trace.title, headline: headline.formula, subtitle: subtitle, type: type)
        var widest = width
        var laid: [DisplayList] = []
        let side = sections.map { lettering.line($0.heading, BlockLettering.heading).width }.max() ?? 0
        for section in sections {
            let block = block(section, narrowSide: min(side, Self.mostNarrowSide))
            widest = max(widest, block.width)
            column.y += 10
            let words = ([section.heading] + section.words).map(\.plainText).joined(separator: ". ")
            var list = DisplayList()
            list.group(Group(.panel, section.heading.plainText, words: words), block.list.translated(by: Point(margin, column.y + 9)))
            laid.append(list)
            column.list.stroke(
                .line(from: Point(margin, column.y), to: Point(margin + width, column.y)), Stroke(.grid, width: 0.8))
            column.y += 9 + block.height
        }
        for list in laid { column.list.append(list) }
        let told = sections.flatMap { [$0.heading] + $0.words }.map(\.plainText).joined(separator: "\n")
        return Picture(
            size: Size(widest > width ? (widest + 2 * margin).rounded(.up) : pageWidth, (column.y + max(margin - 14, 8)).rounded(.up)),
            content: column.list, title: headline.title,
            alternative: "\(story.kindOfPicture): \(headline.formula == nil ? "" : (found?.plainText ?? "") + ". ")"
                + subtitle.map(\.plainText).joined(separator: " "),
            description: told)
    }

    /// - Parameter narrowSide: the width of headings beside their words.
    private func block(_ section: LayerSection, narrowSide: Double) -> Block {
        let isWide = section.isWide || isNarrow
        let side = isNarrow ? besideHeading(section, side: narrowSide) : belowHeading(section, width: isWide ? width : Self.side)
        let rest = Block.flow(
            section.blocks, width: isWide ? width : sectionWidth, gap: section.gap, lead: lettering.isCompact ? 9 : 14)
        guard !isWide else { return .column([side, rest], gap: 8) }
        var list = side.list
        list.append(rest.list.translated(by: Point(Self.side + Self.sideGap, 0)))
        return Block(width: Self.side + Self.sideGap + rest.width, height: max(side.height, rest.height), list: list)
    }

    /// The heading, and below it the words: beside the blocks one below the other, over the whole width one after the other.
    private func belowHeading(_ section: LayerSection, width: Double) -> Block {
        let heading = lettering.text(section.heading, BlockLettering.heading, width: width)
        let words = width > Self.side ? [section.paragraph].compactMap(\.self) : section.words
        return .column([heading] + words.map { lettering.text($0, BlockLettering.body, .quietInk, width: width) }, gap: 6)
    }

    /// The words beside the heading, which saves a line on a page that has few; their first lines stand on one baseline.
    private func besideHeading(_ section: LayerSection, side: Double) -> Block {
        func lines(_ text: Formula, _ font: Font, _ color: Paint, width: Double) -> [Laid] {
            lettering.typesetter.wrapText(text, font: font, width: width, color: color, numerals: .words)
        }
        guard let paragraph = section.paragraph else { return lettering.text(section.heading, BlockLettering.heading, width: width) }
        let heading = lines(section.heading, BlockLettering.heading, .ink, width: side)
        guard heading.count <= 2 else { return belowHeading(section, width: width) }
        let left = side + Self.sideGap
        let columns = [
            (0, heading),
            (left, lines(paragraph, BlockLettering.body, .quietInk, width: width - left)),
        ]
        let ascent = columns.compactMap { $0.1.first?.ascent }.max() ?? 0
        var block = Block(width: width, height: 0)
        for (x, lines) in columns {
            let column = Block.column(lines.map { Block($0) }, gap: BlockLettering.leading)
            let top = ascent - (lines.first?.ascent ?? 0)
            block.list.append(column.list.translated(by: Point(x, top)))
            block.height = max(block.height, top + column.height)
        }
        return block
    }
}

extension LayerStory {
    /// "The dense layer hidden, there and back".
    var kindOfPicture: String { subject.layer.map { "The layer \($0.layer.heading), there and back" } ?? "The loss and its gradients" }

    /// "Values above, gradients below", and which of several samples is shown.
    func legend(_ page: LayerPage) -> Formula {
        var parts: [Formula] = [
            .role(.value, .words("Values")), .words(" go forward, "), .role(.gradient, .words("gradients")), .words(" come back. "),
        ]
        parts += [subject.lossConvention, .words("; ")]
        parts += subject.targets.map { [$0, .words("; ")] } ?? []
        parts += [page.subject.resultName, .sign(.equals), .role(.value, Numeral(page.subject.trace.loss).asWords)]
        if subject.batch > 1 { parts.append(.words("; sample \(subject.sample + 1) of \(subject.batch)")) }
        return .row(parts + [.words(".")])
    }

    /// The first number of the layer's input and output that is none.
    fileprivate func broken(_ page: LayerPage) -> Formula? {
        let ids = subject.layer.map { [$0.input, $0.output] } ?? [subject.lowered.output]
        for id in ids {
            for scalar in subject.slice(id).scalars {
                let (value, gradient) = (subject.value(scalar), subject.gradient(scalar))
                guard !value.isFinite || !gradient.isFinite else { continue }
                let number = value.isFinite ? gradient : value
                let name = value.isFinite ? subject.symbols.inlineGradient(of: scalar) : subject.symbols(scalar)
                return .row([.words(number.isNaN ? "Not a number: " : "Overflow: "), name, .sign(.equals), .number(number)])
            }
        }
        return nil
    }
}

extension DisplayList {
    /// A straight line with a head at its end.
    mutating func arrow(from start: Point, to end: Point, _ paint: Paint, width: Double = 1.3) {
        let length = max((end - start).length, 1e-9)
        let along = (end - start) * (1 / length)
        let across = Point(-along.y, along.x)
        let neck = end - along * 6
        stroke(.line(from: start, to: neck), Stroke(paint, width: width))
        fill(.polyline([end, neck + across * 2.6, neck - across * 2.6], closed: true), paint)
    }
}
