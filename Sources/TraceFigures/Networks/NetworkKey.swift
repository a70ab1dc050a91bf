import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The meaning of the lines, greys and hatchings that occur in a network's picture.
struct NetworkKey {
    let scene: NetworkScene

    init(_ scene: NetworkScene) { self.scene = scene }

    private var values: NetworkValues { scene.values }

    var lines: [Formula] {
        var lines: [String] = []
        let weights = scene.geometry.edges.compactMap(\.weight)
        if values.largestGradient > 0, !weights.isEmpty {
            let trained = weights.filter { !values.isFrozen($0) }.map(values.gradient)
            let grey = [
                trained.contains(0) ? "0" : nil, trained.count < weights.count ? "frozen" : nil, "no weight",
            ].compactMap(\.self)
            lines.append(
                "The wider an edge, the larger the gradient of its weight\(trained.contains { $0 < 0 } ? "; dashed: negative" : ""); thin and grey: \(grey.joined(separator: " or "))."
            )
        }
        if values.hasFrozen { lines.append("Numbers in grey: frozen parameters, which the update leaves out.") }
        if values.columns.contains(where: { column in (0..<column.count).contains { values.isDead(column, $0) } }) {
            let samples = values.batch == 1 ? "for this sample" : "for any of the \(values.batch) samples"
            lines.append("Hatched: a unit that passes no gradient back \(samples), since its slope is 0; the green bar is where it stops.")
        }
        return lines.map(Formula.words)
    }
}
