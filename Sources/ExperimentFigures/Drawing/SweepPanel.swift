import Experiments
import Foundation
import Notation
import Plotting

/// The last validation loss over the values of a sweep. Runs that diverge are counted above the axis and do not extend it.
struct SweepPanel {
    let sweep: Training.Sweep
    let ends: Training.SweptEnds
    let findings: TrainingFindings
    /// The styles of the variants, the same in all panels of a page.
    let styles: VariantLines
    /// What is the same at every value.
    let setting: String?

    private var lines: [Series] { ends.series.map(\.ordered) }

    /// For each variant and value, in rising order: the number of seeds in which the loss diverges.
    private var lost: [[Int]] {
        let order = sweep.values.indices.sorted { sweep.values[$0] < sweep.values[$1] }
        return ends.ends.map { ends in order.map { ends[$0].count(where: findings.isDiverged) } }
    }

    func panel(isWide: Bool) -> Panel {
        let (lines, lost) = (lines, lost)
        let losing = lost.indices.filter { lost[$0].contains { $0 > 0 } }
        let (scale, top) = scale(rows: losing.count)
        let styles = lines.map(styles.style)
        let x = sweep.values.sorted()
        let cut = zip(lines, styles).map { line, style in CutLine(line, at: losing.isEmpty ? .infinity : findings.cap) }
        var marks: [any Mark] = zip(zip(lines, cut), styles).map { line, style in
            BandMark(x: line.1.x, low: line.1.low, high: line.1.high, color: style.color, name: line.0.name)
        }
        for (line, style) in zip(cut, styles) {
            for piece in line.pieces { marks.append(LineMark(x: piece.x, y: piece.y, style: style, hasMarkers: false, name: line.name)) }
            // Markers are at measured values only, not where a line meets the cap.
            marks.append(PointMark(x: line.points.map(\.x), y: line.points.map(\.y), style: style))
        }
        // Drawn over the lines, since a variant that learns nothing lies exactly on it.
        if scale.fraction(of: findings.guess).map({ $0 < 1 }) ?? false {
            marks.append(
                ReferenceMark.level(findings.guess, from: x.first ?? 0, to: x.last ?? 1, label: .words("a guess")))
        }
        var labels: [PointLabel] = []
        for (row, variant) in losing.enumerated() {
            for (value, count) in zip(x, lost[variant]) where count > 0 {
                labels.append(PointLabel(.words("×\(count)"), color: styles[variant].textColor, x: value, y: top(row), side: .above))
            }
        }
        // Names are at the right, unless a line ends before: then each is where its line is apart from the others.
        let reachEnd = cut.allSatisfy { $0.pieces.last?.x.last == x.last }
        let names = zip(cut, styles).compactMap { line, style -> EndLabel? in
            guard reachEnd, let end = line.pieces.last, let place = end.x.last, let height = end.y.last else { return nil }
            return EndLabel(.words(line.name), style: style, x: place, y: height)
        }
        let remarks = zip(cut, styles).compactMap { line, style -> Remark? in
            guard !reachEnd, let place = line.placeOfName(among: cut) else { return nil }
            return Remark(.words(line.name), of: "Line", color: style.textColor, x: place.x, y: place.y, line: line.name)
        }
        return Panel(
            title: .words("Last validation loss by \(sweep.quantity)" + (setting.map { "; \($0)" } ?? "")),
            x: Axis(ChosenScale(sweep.values), title: sweep.axis),
            y: Axis(scale, title: .words("loss"), hasGrid: true), marks: marks, names: names, remarks: remarks, isWide: isWide,
            labels: labels)
    }

    /// The axis, and the height of each variant's counts above it.
    private func scale(rows: Int) -> (any Scale, (Int) -> Double) {
        let values = lines.heights.filter { $0 <= findings.cap } + [findings.guess] + (rows > 0 ? [findings.cap] : [])
        let plain = lossScale(covering: values)
        guard rows > 0 else { return (plain, { _ in 0 }) }
        let least = max(values.filter { $0 > 0 }.min() ?? 1, findings.cap * 1e-12)
        let bottom = RatioScale(covering: [least, findings.cap]).lower
        // Each row takes a tenth of the range below the cap.
        let step = pow(findings.cap / bottom, 0.1)
        return (
            RatioScale(bottom, findings.cap * pow(step, Double(rows) + 0.6)), { findings.cap * pow(step, Double($0) + 0.9) }
        )
    }
}

/// The parts of a line between a floor and a cap; a part ends where the line crosses either.
struct CutLine {
    let name: String
    let x, low, high: [Double]
    let pieces: [(x: [Double], y: [Double])]
    private let median: [Double]
    private let floor, cap: Double

    init(_ line: Series, from floor: Double = 0, at cap: Double) {
        (self.floor, self.cap) = (floor, cap)
        (name, x, median) = (line.name, line.x, line.median)
        func capped(_ value: Double) -> Double { value.isNaN || value > cap ? cap : max(value, floor) }
        low = line.low.map { $0.isNaN || $0 >= cap ? .nan : $0 }
        high = line.high.map { cap.isFinite ? capped($0) : $0 }
        var pieces: [(x: [Double], y: [Double])] = []
        var isOpen = false
        for (index, value) in line.median.enumerated() {
            let isIn = cap == .infinity || (floor...cap).contains(value)
            if isIn {
                // Starts at the cap if the line was above it before.
                if !isOpen { pieces.append(index > 0 ? ([line.x[index - 1]], [capped(line.median[index - 1])]) : ([], [])) }
                pieces[pieces.count - 1].x.append(line.x[index])
                pieces[pieces.count - 1].y.append(value)
            } else if isOpen {
                pieces[pieces.count - 1].x.append(line.x[index])
                pieces[pieces.count - 1].y.append(capped(value))
            }
            isOpen = isIn
        }
        self.pieces = pieces
    }

    /// The values between floor and cap.
    var points: [(x: Double, y: Double)] {
        zip(x, median).filter { (floor...max(cap, floor)).contains($1) }.map { ($0, $1) }
    }

    /// Where the line is farthest from the others, on a logarithmic axis.
    func placeOfName(among others: [CutLine]) -> (x: Double, y: Double)? {
        func distance(_ index: Int) -> Double {
            others.filter { $0.name != name && $0.median.count > index }.map { other in
                abs(log(max(other.median[index], 1e-300) / max(median[index], 1e-300)))
            }.filter { !$0.isNaN }.min() ?? .infinity
        }
        func isDrawn(_ value: Double) -> Bool { pieces.contains { $0.y.contains(value) } }
        let drawn = Set(pieces.flatMap(\.x))
        let finite = median.indices.filter { drawn.contains(x[$0]) && isDrawn(median[$0]) }
        return finite.max { distance($0) < distance($1) }.map { (x[$0], median[$0]) }
    }
}

extension Training.Sweep {
    var axis: Formula {
        switch self {
        case .learningRate: .row([.words("learning rate "), "η"])
        case .initialDeviation: .words("standard deviation of all initial weights")
        case .batchSize: .words("samples in a batch")
        }
    }
}
