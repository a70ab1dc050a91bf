import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

/// The arrangement of the labels in front of a column, or of the loss, and the room that they take.
///
/// Edges are far apart only where they arrive, so their labels are there: in front of each unit one label for each edge, in the order of
/// the units that the edges come from. Each edge ends at its own label, and no line crosses another one's.
struct ArrivingLabels {
    enum Arrangement: Hashable {
        /// No edge has a label.
        case none
        /// The lines of a label are below each other.
        case stacked
        /// The lines of a label are next to each other.
        case sideBySide
        /// The unit's row of the weight matrix, with one cell for each edge; edges end where the row begins and show width and sign.
        case grid
    }

    var arrangement = Arrangement.none
    /// The size of one label, or of one cell with the gap to the next, in points.
    var size = Size(0, 0)
    /// For labels with their lines next to each other, the distance from their middle to the end of the first line.
    var split = 0.0
    /// The number of labels in front of one unit.
    var count = 0

    /// The largest number of units of a layer with labels at edges; among more nobody would find one.
    static let mostLabelled = 6

    /// The distance between the labels and their unit, where the lines that leave the labels meet.
    var joint: Double {
        switch arrangement {
        case .none: 0
        case .stacked, .sideBySide: count == 1 ? 5 : min(24, 7 + height / 6)
        case .grid: 12
        }
    }

    /// The width in front of the column.
    var width: Double {
        switch arrangement {
        case .none: 0
        case .stacked, .sideBySide: size.width + 6 + joint
        case .grid: size.width * Double(count) + joint
        }
    }

    /// The height next to one unit.
    var height: Double {
        switch arrangement {
        case .none: 0
        case .stacked, .sideBySide: pitch * Double(count)
        case .grid: size.height
        }
    }

    /// The distance between the middles of neighbouring labels, in points.
    var pitch: Double { size.height + (arrangement == .stacked ? 4.5 : 2.5) }
}

extension NetworkMeasures {
    /// The labels of the edges into a column, or into the loss if there is no such column.
    /// - Parameter inGrid: whether they are in a grid in any case.
    func arriving(at index: Int, inGrid: Bool = false) -> ArrivingLabels {
        let labelled = labelledEdges(into: index)
        guard let first = labelled.first else { return ArrivingLabels() }
        let count = labelled.filter { $0.to == first.to }.count
        var labels = ArrivingLabels()
        labels.count = count
        let isLarge = texts.products == nil && max(count, labelled.count / count) > ArrivingLabels.mostLabelled
        if inGrid || isLarge || weights == .grid && texts.products == nil && first.weight != nil {
            labels.arrangement = .grid
            labels.size = cellSize(labelled)
        } else {
            labels.arrangement = count > 4 ? .sideBySide : .stacked
            (labels.size, labels.split) = labelSize(labelled, labels.arrangement)
        }
        return labels
    }

    private func labelledEdges(into index: Int) -> [NetworkTexts.EdgeLabelKey] {
        guard values.columns.indices.contains(index) else {
            guard texts.products != nil, let last = values.columns.indices.last, values.columns[last].body == .units else { return [] }
            return visibleUnits(of: values.columns[last]).shown.map { from in
                NetworkTexts.EdgeLabelKey(column: last, from: from, into: values.lowered.loss, to: 0, weight: nil)
            }
        }
        let column = values.columns[index]
        var keys: [NetworkTexts.EdgeLabelKey] = []
        for link in column.links where column.body == .units && values.columns[link.from].body == .units {
            for to in visibleUnits(of: column).shown {
                for from in visibleUnits(of: values.columns[link.from]).shown {
                    var weight: ScalarID?
                    switch link.kind {
                    case .weights(let id): weight = ScalarID(id, to * values.columns[link.from].count + from)
                    case .allToAll: break
                    case .oneToOne: if from != to { continue }
                    case .skip: continue
                    }
                    guard weight != nil || texts.products != nil else { continue }
                    keys.append(.init(column: link.from, from: from, into: link.into, to: to, weight: weight))
                }
            }
        }
        return keys
    }

    /// The size of the widest and of the highest label, in points, whatever a frame marks in it.
    private func labelSize(_ edges: [NetworkTexts.EdgeLabelKey], _ arrangement: ArrivingLabels.Arrangement) -> (Size, split: Double) {
        var widest: [Double] = []
        for edge in edges {
            for (number, line) in allTexts.flatMap({ $0.lines(of: edge, .room).enumerated() }) {
                let width = lettering.text(line.formula, NetworkLettering.small, .ink, bold: true).width
                if widest.indices.contains(number) { widest[number] = max(widest[number], width) } else { widest.append(width) }
            }
        }
        let lines = Double(max(widest.count, 1))
        // Outlines are wider than their numbers.
        let outlines = 2 * outlineRoom
        guard arrangement == .sideBySide else {
            return (Size(max((widest.max() ?? 0) + outlines, lettering.leastLabel), lines * lettering.lead), 0)
        }
        let width = widest.reduce(0, +) + Self.besideGap * (lines - 1)
        return (Size(width, lettering.lead), widest.count > 1 ? widest[0] - width / 2 : 0)
    }

    /// The gap between the value and the gradient of a label on one line.
    static let besideGap = 8.0

    private func cellSize(_ edges: [NetworkTexts.EdgeLabelKey]) -> Size {
        let lines = edges.flatMap { edge in allTexts.map { $0.cellLines(of: edge, .room) } }
        let widths = lines.joined().map { lettering.text($0.formula, NetworkLettering.small, .ink, bold: true).width }
        return Size((widths.max() ?? 0) + 9, Double(lines.map(\.count).max() ?? 1) * lettering.lead + 7)
    }
}
