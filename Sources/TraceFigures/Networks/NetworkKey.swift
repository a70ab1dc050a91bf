import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The meaning of the lines, greys and hatchings that occur in a network's picture.
struct NetworkKey {
    let scene: NetworkScene

    init(_ scene: NetworkScene) { self.scene = scene }

    private var values: NetworkValues { scene.values }

    /// The weight whose gradient exceeds all others by a tenth, which is marked.
    var leadingWeight: ScalarID? {
        var (first, second): ((scalar: ScalarID, size: Double)?, Double) = (nil, 0)
        for weight in values.lowered.parameters where weight.key.kind == .weight {
            for (index, gradient) in values.trace.pass.gradient(weight.id).scalars.enumerated() where gradient.isFinite {
                let size = abs(gradient)
                if size > first?.size ?? 0 {
                    (first, second) = ((ScalarID(weight.id, index), size), first?.size ?? 0)
                } else if size > second {
                    second = size
                }
            }
        }
        return first.flatMap { $0.size >= 1.1 * second ? $0.scalar : nil }
    }

    var lines: [Formula] {
        var lines: [String] = []
        if values.largestGradient > 0, scene.geometry.edges.contains(where: { $0.weight != nil }) {
            lines.append(
                "The wider an edge, the larger the gradient of its weight; dashed: negative; thin and grey: 0\(values.hasFrozen ? " or frozen" : "")."
            )
        }
        if values.hasFrozen { lines.append("Numbers in grey: frozen parameters, which the update leaves out.") }
        if values.columns.contains(where: { column in (0..<column.count).contains { values.isDead(column, $0) } }) {
            lines.append("Hatched: a unit that passes no gradient back, whatever the sample.")
        }
        return lines.map(Formula.words)
    }
}
