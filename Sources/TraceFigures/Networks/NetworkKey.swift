import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The meaning of the lines, greys and hatchings that occur in a network's picture.
struct NetworkKey {
    let scene: NetworkScene
    /// The weights that are tinted.
    let named: Set<ScalarID>

    init(_ scene: NetworkScene, named: Set<ScalarID>) { (self.scene, self.named) = (scene, named) }

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
        for words in scene.sharedStatistics {
            lines.append("Thin lines across: through \(words), each output of a normalization depends on all units of its group.")
        }
        if values.hasFrozen { lines.append("Numbers in grey: frozen parameters, which the update leaves out.") }
        if values.columns.contains(where: { column in (0..<column.count).contains { values.isDead(column, $0) } }) {
            let samples = values.batch == 1 ? "for this sample" : "for any of the \(values.batch) samples"
            lines.append("Hatched: a unit that passes no gradient back \(samples), since its slope is 0; the green bar is where it stops.")
            if scene.geometry.edges.contains(where: comesFromZero) {
                lines.append("Where such a unit’s value is 0, the weights after it get gradient 0 too.")
            }
        }
        let tinted = scene.geometry.edges.count { edge in edge.showsLabel && edge.weight.map(named.contains) ?? false }
        if tinted > 0 { lines.append("Tinted: the weight\(tinted == 1 ? "" : "s") of the headline.") }
        return lines.map(Formula.words) + grids.lines
    }

    private var grids: TensorKey {
        var key = TensorKey()
        let sample = if case .number(let sample) = scene.options.sample { sample } else { 0 }
        for (column, placed) in zip(values.columns, scene.geometry.columns) where !column.isOfTokens {
            guard let mark = placed.mark else { continue }
            for tensor in scene.texts.blockTensors(of: column) {
                key.add(mark) { values.shown(tensor.numbers, $0, of: column.count, sample: sample) }
            }
        }
        return key
    }

    /// Whether an edge leads on from a unit that passes nothing back, and whose value is 0 in every sample.
    private func comesFromZero(_ edge: NetworkGeometry.Edge) -> Bool {
        guard edge.weight != nil, let from = edge.from, values.columns.indices.contains(edge.fromColumn) else { return false }
        let column = values.columns[edge.fromColumn]
        guard values.isDead(column, from) else { return false }
        let numbers = values.trace.pass.value(column.shown).scalars
        return stride(from: from, to: numbers.count, by: max(column.count, 1)).allSatisfy { numbers[$0] == 0 }
    }
}
