import Autodiff
package import Drawing
import NeuralNetworks
package import Notation
package import Telling
import Traces
import Typesetting

/// The tensors of a network as grids, layer by layer and step by step: the figure of a worksheet whose graph is too large for a page. A cell has
/// its symbol and value in one line, and below it the gradient that is asked for; cells of tensors whose gradient nobody asks for have their number alone.
package struct TensorScene: TraceScene {
    package let size: Size
    private let frame: DisplayList
    private let cells: [Cell]
    private let typesetter: Typesetter

    package var stops: [Double] { [] }
    package var showsOneSample: Bool { false }

    /// A number of a tensor, in points from the picture's corner.
    private struct Cell {
        let scalar: ScalarID
        let value: Double
        let gradient: Double
        /// Nil: the grid has one name for all.
        let symbol: Laid?
        let hasGradient: Bool
        var rect: Rect

        /// Of the value's line.
        var baseline: Double { rect.minY + 11 }
    }

    private static let font = Font(size: 8)
    private static let note = Font(size: 7.5)
    private static let rowHeight = 15.0
    private static let inset = 4.0
    private static let gap = 2.0

    package func anchor(of key: NumberKey) -> Rect? {
        switch key {
        case .value(let scalar), .gradient(let scalar): cells.first { $0.scalar == ScalarID(scalar) }?.rect
        case .clipped, .updated, .remembered, .atStep, .norm, .local, .contribution, .probability, .rest, .branch: nil
        }
    }

    package func draw(_ state: SceneState) -> DisplayList {
        var list = frame
        for cell in cells {
            if state.shows(valueOf: cell.scalar) {
                let number = Self.value(cell.scalar, cell.value, state.precision, typesetter)
                if let symbol = cell.symbol {
                    let equals = typesetter.layoutText(.sign(.equals), font: Self.font)
                    let x = cell.rect.minX + Self.inset + symbol.width + 2
                    list.append(equals.moved(to: Point(x, cell.baseline)).content)
                    list.append(number.moved(to: Point(x + equals.width + 2, cell.baseline)).content)
                } else {
                    list.append(number.moved(to: Point(cell.rect.center.x - number.width / 2, cell.baseline)).content)
                }
            }
            if cell.hasGradient, state.shows(gradientOf: cell.scalar) {
                let number = state.precision.numeral(cell.gradient, key: .gradient(cell.scalar.key))
                let laid = typesetter.layoutText(number.asWords, font: Self.font, color: .gradient, numerals: .words)
                let middle = cell.rect.maxY - Self.rowHeight / 2 - 2
                list.append(laid.moved(to: Point(cell.rect.center.x - laid.width / 2, middle + 3)).content)
            }
        }
        return list
    }

    /// As the sheet prints it; data and parameters as the lesson has them.
    private static func value(_ scalar: ScalarID, _ value: Double, _ precision: Precision, _ typesetter: Typesetter) -> Laid {
        let key = NumberKey.value(scalar.key)
        let short = Numeral(value, digits: Numeral.mostDigits)
        let numeral =
            precision.numeral(printedFor: key)
            ?? (short.significantDigits <= Numeral.usualDigits ? short : precision.numeral(value, key: key))
        return typesetter.layoutText(numeral.asWords, font: font, color: .value, numerals: .words)
    }
}

// MARK: Layout

extension TensorScene {
    /// More pages than a figure may take.
    private static let mostPages = 3

    /// As many as it takes pages; none where the sheet has no tensors, or too many.
    /// - Parameters:
    ///   - width: of a page between its margins, in points.
    ///   - height: the same.
    package static func parts(of worksheet: Worksheet, measurer: any TextMeasuring, width: Double, height: Double) -> [TensorScene] {
        guard let lowered = worksheet.trace.lowered else { return [] }
        let typesetter = Typesetter(measurer: measurer)
        var parts = [Piece()]
        for line in lines(sections(worksheet, lowered).map { pieces($0, worksheet, typesetter, width: width) }, width: width) {
            let last = parts[parts.count - 1]
            if last.height > 0, last.height + lead + line.height > height {
                guard parts.count < mostPages else { return [] }
                parts.append(Piece())
            }
            parts[parts.count - 1].add(line, below: true, gap: lead)
        }
        return parts.filter { !$0.cells.isEmpty }.map {
            TensorScene(size: Size(max(width, $0.width), $0.height), frame: $0.frame, cells: $0.cells, typesetter: typesetter)
        }
    }

    private static let lead = 10.0
    /// Between two grids of a layer, and between two layers.
    private static let (space, wideSpace) = (12.0, 26.0)

    /// Grids with their heading, from their own corner on.
    private struct Piece {
        var width = 0.0
        var height = 0.0
        var frame = DisplayList()
        var cells: [Cell] = []

        mutating func add(_ other: Piece, below: Bool, gap: Double) {
            let isFirst = width == 0
            let corner = isFirst ? Point(0, 0) : below ? Point(0, height + gap) : Point(width + gap, 0)
            frame.append(other.frame.translated(by: corner))
            cells += other.cells.map { cell in
                var moved = cell
                moved.rect = cell.rect.offsetBy(corner.x, corner.y)
                return moved
            }
            width = max(width, corner.x + other.width)
            height = max(height, corner.y + other.height)
        }
    }

    /// The rows of a layer's grids, the first with its heading.
    private static func pieces(
        _ section: (heading: Formula, ids: [Tape.ID]), _ worksheet: Worksheet, _ typesetter: Typesetter, width: Double
    ) -> [Piece] {
        var rows: [Piece] = []
        for grid in section.ids.flatMap({ grids($0, worksheet, typesetter) }) {
            if let last = rows.last, last.width + space + grid.width <= width {
                rows[rows.count - 1].add(grid, below: false, gap: space)
            } else {
                rows.append(grid)
            }
        }
        guard let first = rows.first else { return [] }
        let heading = typesetter.layoutText(section.heading, font: note, color: .quietInk)
        var head = Piece(width: heading.width, height: heading.height)
        head.frame = heading.moved(to: Point(0, heading.ascent)).content
        head.add(first, below: true, gap: 4)
        rows[0] = head
        return rows
    }

    /// Layers whose grids stand on one row share a line where there is room.
    private static func lines(_ sections: [[Piece]], width: Double) -> [Piece] {
        var lines: [Piece] = []
        var isOpen = false
        for rows in sections {
            if let piece = rows.first, rows.count == 1 {
                if isOpen, lines[lines.count - 1].width + wideSpace + piece.width <= width {
                    lines[lines.count - 1].add(piece, below: false, gap: wideSpace)
                } else {
                    lines.append(piece)
                }
                isOpen = true
            } else {
                lines += rows
                isOpen = false
            }
        }
        return lines
    }

    /// The tensors that the sheet has numbers of, in the order of the forward pass.
    private static func sections(_ worksheet: Worksheet, _ lowered: LoweredProblem) -> [(heading: Formula, ids: [Tape.ID])] {
        var shown: Set<Int> = []
        for key in worksheet.questions.map(\.key) + worksheet.given.map(\.key) {
            switch key {
            case .value(let scalar), .gradient(let scalar): shown.insert(scalar.tensor)
            case .clipped, .updated, .remembered, .atStep, .norm, .local, .contribution, .probability, .rest, .branch: break
            }
        }
        let tape = worksheet.trace.tape
        let consumers = tape.consumers()
        let ids = tape.allIDs.filter { id in
            guard shown.contains(id.index), let part = lowered.role(of: id).part else { return shown.contains(id.index) }
            switch part {
            case .fromInput, .fromState:
                // What only adds has the gradient of its sum.
                return !consumers[id.index].allSatisfy { if case .result(.pairwise(.add), _) = tape[$0].origin { true } else { false } }
            case .output, .mean, .variance, .meanSquare, .largestSingularValue, .normalized, .normalizedWeight, .query, .key, .value,
                .scores,
                .weights, .context, .projected, .stepInput, .preActivation, .gate, .hidden, .cell, .kept, .written, .squashedCell,
                .candidateShare, .resetState:
                return true
            }
        }
        var sections: [(Formula, [Tape.ID])] = []
        func add(_ heading: String, _ matches: (Role) -> Bool) {
            let found = ids.filter { matches(lowered.role(of: $0)) }
            if !found.isEmpty { sections.append((.words(heading), found)) }
        }
        add("Input") { $0 == .input }
        for layer in lowered.layers.flattened {
            let heading = "Layer \(layer.layer.heading)"
            add(heading) { $0.layer == layer.id && $0.step == nil }
            let steps = Set(ids.map(lowered.role(of:)).filter { $0.layer == layer.id }.compactMap(\.step)).sorted()
            for step in steps {
                add(step == 0 ? "\(heading), before the first step" : "\(heading), step \(step)") {
                    $0.layer == layer.id && $0.step == step
                }
            }
        }
        add("Targets") { $0 == .targets }
        return sections
    }

    /// The matrices of a tensor: of an image one for each channel, of attention one for each head.
    private static func grids(_ id: Tape.ID, _ worksheet: Worksheet, _ typesetter: Typesetter) -> [Piece] {
        let trace = worksheet.trace
        let symbols = worksheet.names
        let shape = trace.tape[id].shape
        let (rows, columns) = (shape.count > 1 ? shape[shape.count - 2] : 1, shape.last ?? 1)
        let asked = Set(worksheet.questions.map(\.key))
        let scalars = (0..<shape.reduce(1, *)).map { ScalarID(id, $0) }
        let asksGradient = scalars.contains { asked.contains(.gradient($0.key)) }
        let asksValue = scalars.contains { asked.contains(.value($0.key)) }
        let isNamed = asksGradient || asksValue || scalars.count == 1
        let box = WorksheetFigure.leastBox
        let equals = typesetter.layoutText(.sign(.equals), font: font).width + 4
        let laid = scalars.map { scalar in
            Cell(
                scalar: scalar, value: trace.pass.value(id).scalars[scalar.index],
                gradient: trace.pass.gradient(id).scalars[scalar.index],
                symbol: isNamed ? typesetter.layoutText(symbols(scalar), font: font, color: .value) : nil, hasGradient: asksGradient,
                rect: Rect(0, 0, 0, 0))
        }
        let width =
            laid.map { cell in
                let number = value(cell.scalar, cell.value, worksheet.precision, typesetter).width
                let line =
                    (cell.symbol.map { $0.width + equals } ?? 0) + (asksValue ? max(number + WorksheetFigure.boxMargin, box.width) : number)
                let gradient = typesetter.layoutText(
                    worksheet.precision.numeral(cell.gradient, key: .gradient(cell.scalar.key)).asWords, font: font, numerals: .words
                ).width
                return max(line, asksGradient ? max(gradient + WorksheetFigure.boxMargin, box.width) : 0) + 2 * inset
            }.max() ?? 0
        let height = rowHeight + (asksGradient ? box.height + 5 : 0) + (asksValue ? 2 : 0)
        let title = isNamed ? nil : typesetter.layoutText(symbols.tensor(id), font: note, color: .value)
        let top = title.map { $0.height + 4 } ?? 0
        let each = max(rows * columns, 1)
        return stride(from: 0, to: laid.count, by: each).map { start in
            var frame = DisplayList()
            if let title { frame.append(title.moved(to: Point(0, title.ascent)).content) }
            let cells = (0..<each).map { place in
                var cell = laid[start + place]
                cell.rect = Rect(
                    Double(place % max(columns, 1)) * (width + gap), top + Double(place / max(columns, 1)) * (height + gap), width, height)
                frame.fill(.rect(cell.rect, radius: 2.5), .panel)
                if let symbol = cell.symbol { frame.append(symbol.moved(to: Point(cell.rect.minX + inset, cell.baseline)).content) }
                return cell
            }
            let size = Size(Double(columns) * (width + gap) - gap, Double(rows) * (height + gap) - gap)
            frame.stroke(.rect(Rect(0, top, size.width, size.height), radius: 2.5), Stroke(.restingLine, width: 0.5))
            return Piece(width: max(size.width, title?.width ?? 0), height: top + size.height, frame: frame, cells: cells)
        }
    }
}
