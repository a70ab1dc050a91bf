import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

/// Measures the room that the parts of a network need, for whatever any state may write.
struct NetworkMeasures {
    let texts: NetworkTexts
    /// Those of other passes that are drawn in the same places.
    let others: [NetworkTexts]
    let lettering: NetworkLettering
    /// The largest number of units shown of a layer; of more, the middle ones are left out.
    let mostUnits: Int
    let weights: NetworkDiagramOptions.Weights
    /// Whether columns are as small as possible and without names.
    let isTight: Bool

    /// The smallest distance between the pill and its circle, which holds the activation's name.
    private static let leastLink = 14.0
    /// The number of samples of a batch whose numbers are measured.
    private static let mostSamples = 64

    init(
        _ texts: NetworkTexts, beside others: [NetworkTexts] = [], _ lettering: NetworkLettering, mostUnits: Int,
        weights: NetworkDiagramOptions.Weights, isTight: Bool = false
    ) {
        self.texts = texts
        self.others = others
        self.lettering = lettering
        self.mostUnits = mostUnits
        self.weights = weights
        self.isTight = isTight
    }

    /// The same with fewer units shown.
    func limited(to mostUnits: Int) -> NetworkMeasures {
        NetworkMeasures(texts, beside: others, lettering, mostUnits: mostUnits, weights: weights, isTight: isTight)
    }

    var values: NetworkValues { texts.values }
    /// What an outline around a number takes on each side; where two passes are compared, some numbers have one.
    var outlineRoom: Double { others.isEmpty ? 0 : 3 }
    var allTexts: [NetworkTexts] { [texts] + others }
    var skips: SkipLayout { SkipLayout(columns: values.columns) }

    /// The room before a circle for the + and the edge from there.
    private static let sumRoom = 34.0
}

extension NetworkMeasures {
    func visibleUnits(of column: NetworkColumns.Column) -> (shown: [Int], before: Int, hidden: Int) {
        guard column.body == .units else { return ([], 0, 0) }
        let most = mostUnits
        guard column.count > most else { return (Array(0..<column.count), 0, 0) }
        let head = most / 2
        let tail = (most - 1) / 2
        return (Array(0..<head) + Array(column.count - tail..<column.count), head, column.count - head - tail)
    }

    /// The numbers that a circle or pill of the column may have to hold.
    func numerals(_ id: Tape.ID, _ column: NetworkColumns.Column) -> [Numeral] {
        let samples = min(values.batch, Self.mostSamples)
        let units = visibleUnits(of: column).shown
        let tensors = allTexts.map(\.values.trace.pass).flatMap { [$0.value(id).scalars, $0.gradient(id).scalars] }
        return tensors.flatMap { numbers -> [Numeral] in
            if values.sample == .mean {
                return units.map { Numeral(values.shown(numbers, $0, of: column.count, sample: 0), digits: texts.reserve) }
            }
            return (0..<samples).flatMap { sample in
                units.compactMap { unit in
                    let index = sample * column.count + unit
                    return numbers.indices.contains(index) ? Numeral(numbers[index], digits: texts.reserve) : nil
                }
            }
        }
    }

    func width(of numerals: [Numeral], _ font: Font) -> Double {
        numerals.map { lettering.text($0.asWords, font, .ink, bold: true).width }.max() ?? 0
    }

    func radius() -> Double {
        var least = Font(size: NetworkLettering.least)
        least.weight = .semibold
        var widest = 0.0
        for column in values.columns where column.body == .units { widest = max(widest, width(of: numerals(column.shown, column), least)) }
        widest = max(widest, width(of: allTexts.map { Numeral($0.values.trace.loss, digits: texts.reserve) }, least))
        let half = widest / 2 + 2.5
        return min(max(20, (half * half + lettering.reach * lettering.reach).squareRoot()), 40)
    }

    /// The number of lines below a unit.
    func linesBelow(_ index: Int) -> Int {
        let column = values.columns[index]
        guard column.body == .units else { return 0 }
        let underPill = column.bias == nil ? 0 : 2
        var underCircle = column.preActivation == nil ? underPill : 1
        if index == values.columns.count - 1 { underCircle += texts.showsProbabilities ? 2 : 1 }
        if texts.skips.keys.contains(where: { $0.column == index }) { underCircle += 2 }
        if let products = texts.products, products.sums.keys.contains(where: { $0.column == index }) { underCircle += 1 }
        return max(underCircle, column.preActivation == nil ? 0 : underPill + 1 - 1)
    }

    func partWidths(_ index: Int, radius: Double) -> (pill: Double, circle: Double, total: Double) {
        let column = values.columns[index]
        let small = NetworkLettering.small
        if column.body == .block { return (0, 0, block(index).width) }
        let units = visibleUnits(of: column).shown
        var circle = 2 * radius
        for unit in units {
            for line in allTexts.flatMap({ $0.linesUnderCircle(index, unit, .room) }) {
                circle = max(circle, lettering.text(line.formula, small, .ink).width + 4)
            }
        }
        let sum = skips.drawsSums(into: index) ? Self.sumRoom : 0
        guard let z = column.preActivation else { return (0, circle, sum + circle) }
        var pill = width(of: numerals(z, column), NetworkLettering.number) + 12
        for unit in units {
            for line in allTexts.flatMap({ $0.linesUnderPill(index, unit, .room) }) {
                pill = max(pill, lettering.text(line.formula, small, .ink).width + 4)
            }
        }
        let name = lettering.text(.words(column.activation?.letter ?? ""), small, .ink).width
        let link = max(Self.leastLink, name + 6)
        return (pill, circle, pill + link + max(circle, 2 * radius))
    }

    /// The box of a layer that is drawn as a block: its shape, the grid of its values, and below it that of their gradients.
    func block(_ index: Int) -> Size {
        let column = values.columns[index]
        let mark = mark(of: column)
        let heading = lettering.text(.words(column.heading), NetworkLettering.heading, .ink).width
        let shape = lettering.text(.words(mark.text(of: column)), NetworkLettering.small, .ink).width
        let grids = Double(texts.blockTensors(of: column).count)
        return Size(
            max(heading, shape, mark.size.width) + 16,
            NetworkMeasures.blockHead + grids * (mark.size.height + NetworkMeasures.gridGap) + 4)
    }

    /// From the top of a block to its first grid, and from one grid to the next.
    static let blockHead = 19.0
    static let gridGap = 5.0

    /// The grid of a block, with room for the numbers of every sample.
    func mark(of column: NetworkColumns.Column) -> TensorMark {
        func room(_ cells: [TensorExcerpt.Cell]) -> Size {
            var size = Size(0, 0)
            for texts in allTexts {
                for tensor in texts.blockTensors(of: column) {
                    for sample in 0..<(values.sample == .mean ? 1 : min(values.batch, Self.mostSamples)) {
                        for cell in cells {
                            let number = texts.cellNumber(tensor.numbers, cell.entry, of: column, sample: sample)
                            let laid = lettering.text(number.asWords, NetworkLettering.small, .ink, bold: true)
                            size = Size(max(size.width, laid.width), max(size.height, laid.height))
                        }
                    }
                }
            }
            return size
        }
        return column.isOfTokens
            ? TensorMark(ofNames: column.shape.axes, numbers: room) : TensorMark(column.shape.axes, style: .numbers, numbers: room)
    }

    func pillWidth(_ column: NetworkColumns.Column) -> Double {
        column.preActivation.map { width(of: numerals($0, column), NetworkLettering.number) + 12 } ?? 0
    }

    /// The size of all lines on an edge.
    func labelSize(of edge: NetworkGeometry.Edge) -> Size {
        let lines = texts.lines(of: edge, .room)
        let widths = allTexts.flatMap { $0.lines(of: edge, .room) }.map {
            lettering.text($0.formula, NetworkLettering.small, .ink, bold: true).width + 2 * outlineRoom
        }
        return Size(max(widths.max() ?? 20, lettering.leastLabel), Double(max(lines.count, 1)) * lettering.lead - 1)
    }

    var lossNoteWidth: Double? {
        texts.lossNote(precision: Precision()).map { lettering.text($0, NetworkLettering.small, .ink).width }
    }

    /// What the units of a column share, where the lines across are few enough to be told apart.
    func drawnStatistics(into index: Int) -> NetworkColumns.SharedStatistics? {
        let column = values.columns[index]
        guard let shared = column.shared, shared.group <= ArrivingLabels.mostLabelled, visibleUnits(of: column).hidden == 0 else {
            return nil
        }
        return shared
    }

    /// The name of the operation on the links into a column that have no weights, where it is written there.
    func linkName(_ index: Int) -> Laid? {
        let column = values.columns[index]
        guard !others.isEmpty, column.body == .units, column.preActivation == nil, !skips.drawsSums(into: index) else { return nil }
        switch column.links.first?.kind {
        case .oneToOne?, .allToAll?: return lettering.text(.words(column.heading), NetworkLettering.small, .local)
        case .weights?, .skip?, nil: return nil
        }
    }
}
