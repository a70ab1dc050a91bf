import Experiments
import Recordings

/// The lines of ‖Δw‖/‖w‖ by step.
struct UpdateLines {
    /// Of each layer.
    let curves: [Series]
    /// Those that bear a name: all where they are few, else the lowest, the middle and the highest.
    let named: [Series]

    private static let mostNamed = 5

    /// - Parameter most: the most characters of a name; nil: any.
    init(_ run: DrawnRun, atMost most: Int? = nil) {
        let labels = most.map { LayerLabels(run.recording.layers, atMost: $0) }
        // Of what was recorded: a number that is none has a mark.
        curves = run.layers.compactMap { layer in
            let known = run.ratios(of: layer)
            guard !known.isEmpty else { return nil }
            let name = labels?.noun(layer) ?? run.recording.layers[layer].name
            return Series(name: name, x: known.map(\.x), values: known.map(\.ratio)).binned(atMost: 300)
        }
        guard curves.count > Self.mostNamed else {
            named = curves
            return
        }
        let ranked = curves.map { (curve: $0, middle: $0.median.filter(\.isFinite).lowerMedian ?? .infinity) }
            .sorted { $0.middle < $1.middle }.map(\.curve)
        named = [ranked[0], ranked[(ranked.count - 1) / 2], ranked[ranked.count - 1]]
    }
}
