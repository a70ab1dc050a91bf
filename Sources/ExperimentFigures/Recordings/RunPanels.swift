import Drawing
import Escaping
import Experiments
import Foundation
import Notation
import Plotting
import Recordings

/// One run, with the numbers of its figures.
struct DrawnRun {
    let name: String
    let recording: Recording
    let told: ToldRun
    /// Among the runs of the page.
    let style: SeriesStyle
    /// The rows that are shown where not all are.
    let rows: [Int]
    /// The layers that are shown.
    let layers: [Int]
    let heat: HeatTable
    private let diagnosis: RunDiagnosis

    /// - Parameters:
    ///   - number: among the runs of the page.
    ///   - steps: those that are shown; empty for the first, a middle and the last one.
    ///   - prefixes: the beginnings of the names of the layers that are shown; empty for all.
    init(_ run: RecordedLesson.Run, number: Int, steps: [Int], layers prefixes: [String] = []) {
        name = run.name
        recording = run.recording
        diagnosis = RunDiagnosis(of: run.recording)
        told = ToldRun(run.recording, diagnosis)
        style = SeriesStyle(ofSeries: number)
        layers = run.recording.layers.indices.filter { layer in
            prefixes.isEmpty || prefixes.contains(where: run.recording.layers[layer].name.hasPrefix)
        }
        heat = HeatTable(run.recording, layers: layers)
        let all = run.recording.steps.indices
        if steps.isEmpty {
            let last = all.last { row in
                run.recording.layers.indices.allSatisfy { run.recording.value(.gradientNorm, layer: $0, at: row)?.isFinite ?? true }
            }
            rows = Array(Set([0, (last ?? 0) / 2, last ?? 0])).sorted()
        } else {
            rows = steps.compactMap { step in run.recording.row(upTo: step).flatMap { run.recording.steps[$0] == step ? $0 : nil } }
        }
    }

    var steps: [Int] { recording.steps }

    /// Its data, batch and optimizer, where the recording says them, without a full stop.
    var setup: String? {
        guard let setup = recording.setup?.trimmingCharacters(in: .whitespacesAndNewlines), !setup.isEmpty else { return nil }
        return Printable.text(setup.hasSuffix(".") ? String(setup.dropLast()) : setup)
    }

    /// "ResNet18, pytorch 2.15, 62 recorded layers, 11 recorded steps, 0 to 50", without a full stop.
    var described: String {
        let model = [recording.model, recording.framework].compactMap(\.self).filter { !$0.isEmpty }.map(Printable.shortened)
        let ends = "\(English.count(steps.count, "recorded step")), \(steps.first ?? 0) to \(steps.last ?? 0)"
        let part = layers.count < recording.layers.count ? ", \(layers.count) of them drawn" : ""
        let text = (model + [English.count(recording.layers.count, "recorded layer") + part, ends]).joined(separator: ", ")
        return text + (recording.isCutOff ? "; its last line is cut off" : "")
    }

    /// The layers that have the quantity in one of the rows.
    func layers(with quantity: Recording.Quantity, in rows: [Int]) -> [Int] {
        layers.filter { layer in rows.contains { recording.value(quantity, layer: layer, at: $0) != nil } }
    }

    /// Those whose zeros are of interest: rectifiers, or all that have some.
    var layersWithZeros: [Int] {
        let known = layers(with: .activationZeros, in: rows)
        let rectifiers = known.filter { ActivationKind(of: recording.layers[$0]) == .rectifier }
        guard rectifiers.isEmpty else { return rectifiers }
        return known.filter { layer in rows.contains { (recording.value(.activationZeros, layer: layer, at: $0) ?? 0) > 0 } }
    }

    /// ‖Δw‖/‖w‖ of a layer by step, where it is known.
    func ratios(of layer: Int) -> [(x: Double, ratio: Double)] {
        steps.indices.compactMap { row in diagnosis.ratio(of: layer, at: row).map { (Double(steps[row]), $0) } }
    }

    /// - Parameter most: the most characters of a name.
    func names(_ layers: [Int], atMost most: Int) -> [Formula] {
        let labels = LayerLabels(recording.layers, atMost: most)
        return layers.map { .words(labels[$0]) }
    }

    /// One line for each of the rows, over the places of the layers among those that are shown.
    func profiles(_ quantity: Recording.Quantity, of layers: [Int]) -> [Series] {
        rows.map { row in
            let points = layers.enumerated().compactMap { place, layer in
                recording.value(quantity, layer: layer, at: row).map { (x: Double(place), y: $0) }
            }
            return Series(name: "step \(Numeral(Double(steps[row]), decimals: 0).text)", x: points.map(\.x), values: points.map(\.y))
        }
    }

    /// The loss by step; many steps as medians of neighbours, with the least and the most of them.
    var losses: Series {
        let points = steps.indices.compactMap { row in recording.loss(at: row).map { (x: Double(steps[row]), y: $0) } }
        return Series(name: name, x: points.map(\.x), values: points.map(\.y)).binned(atMost: 300)
    }
}

extension Series {
    init(name: String, quantity: String? = nil, x: [Double], values: [Double]) {
        self.init(name: name, quantity: quantity, x: x, median: values, low: values, high: values)
    }

    /// Neighbouring points as one, at the first one's x, so that there are at most so many.
    func binned(atMost most: Int) -> Series {
        guard x.count > most else { return self }
        let size = (x.count + most - 1) / most
        var binned = self
        (binned.x, binned.median, binned.low, binned.high) = ([], [], [], [])
        for start in stride(from: 0, to: x.count, by: size) {
            let values = median[start..<min(start + size, x.count)]
            binned.x.append(x[start])
            binned.median.append(values.middle)
            binned.low.append(values.contains(where: \.isNaN) ? .nan : values.min() ?? .nan)
            binned.high.append(values.contains(where: \.isNaN) ? .nan : values.max() ?? .nan)
        }
        return binned
    }
}

extension Collection<Double> {
    /// The lower middle one, or a number that is none, where one is among them.
    var middle: Double {
        let numbers = [Double](self)
        if numbers.contains(where: \.isNaN) { return .nan }
        if numbers.contains(.infinity) { return .infinity }
        return numbers.lowerMedian ?? .nan
    }
}

/// The gradient's norm by layer and step, of neighbouring steps the middle one.
struct HeatTable {
    /// As layers of the recording.
    var layers: [Int]
    /// The first and the last step of each column.
    var columns: [(first: Int, last: Int)]
    /// By layer.
    var rows: [[Double?]]

    private static let mostColumns = 160

    /// - Parameter shown: layers, of which those are left out that have no gradient.
    init(_ recording: Recording, layers shown: [Int]) {
        let steps = recording.steps
        let size = (steps.count + Self.mostColumns - 1) / Self.mostColumns
        let starts = Array(stride(from: 0, to: steps.count, by: max(size, 1)))
        columns = starts.map { (steps[$0], steps[min($0 + size, steps.count) - 1]) }
        layers = shown.filter { layer in steps.indices.contains { recording.value(.gradientNorm, layer: layer, at: $0) != nil } }
        rows = layers.map { layer in
            starts.map { start in
                let values = (start..<min(start + size, steps.count)).compactMap {
                    recording.value(.gradientNorm, layer: layer, at: $0)
                }
                return values.isEmpty ? nil : values.middle
            }
        }
    }

    /// The places between the columns, halfway from step to step.
    var edges: [Double] {
        guard let first = columns.first, let last = columns.last else { return [0, 1] }
        let inner = zip(columns, columns.dropFirst()).map { (Double($0.last) + Double($1.first)) / 2 }
        // No step is below 0.
        let start = max(Double(first.first) - (inner.first.map { $0 - Double(first.last) } ?? 0.5), 0)
        let end = Double(last.last) + (inner.last.map { Double(last.first) - $0 } ?? 0.5)
        return [start] + inner + [end]
    }

    var numbers: [Double] { rows.flatMap { $0.compactMap(\.self) } }
}
