import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

// What a network's parts are called, and what they say to who doesn't see them.
extension NetworkDrawing {
    /// "h₁: value 0.5933, gradient 0.02".
    func group(of scalar: ScalarID, at place: NetworkScene.Place) -> Group {
        let (value, gradient) = numerals(of: scalar)
        return Group(
            .node, scene.trace.address(of: scalar), words: scene.symbol(scalar).plainText + Self.account(value, gradient),
            isHighlighted: marks[place] != nil)
    }

    /// ": value 0.5933, gradient 0.02".
    private static func account(_ value: Numeral?, _ gradient: Numeral?) -> String {
        let parts = [value.map { "value \($0.text)" }, gradient.map { "gradient \($0.text)" }].compactMap(\.self)
        return parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
    }

    /// From z to the activation's value.
    func group(ofLink letter: String, from argument: ScalarID, to result: ScalarID, isHighlighted: Bool) -> Group {
        Group(
            .edge, "\(scene.trace.address(of: argument)) to \(scene.trace.address(of: result))",
            words: "\(letter) from \(scene.symbol(argument).plainText) to \(scene.symbol(result).plainText)", isHighlighted: isHighlighted)
    }

    /// "w₅: value 0.4, gradient 0.08217"; of what has no weight, where it comes from and leads to.
    func group(ofEdge index: Int) -> Group {
        let edge = geometry.edges[index]
        let isHighlighted = marks[.edge(index)] != nil
        guard let weight = edge.weight else {
            func end(_ column: Int, _ unit: Int?) -> String {
                // What comes after the last column is the loss.
                guard scene.columns.indices.contains(column) else { return "loss" }
                return scene.columns[column].name + (unit.map { " \($0 + 1)" } ?? "")
            }
            let ends = "\(end(edge.fromColumn, edge.from)) to \(end(edge.toColumn, edge.to))"
            return Group(.edge, ends, words: edge.isSkip ? "skip from \(ends)" : "from \(ends)", isHighlighted: isHighlighted)
        }
        let value = scene.numeral(scene.value(weight, state), digits: scene.digits(of: scene.key(valueOf: weight), state))
        let gradient =
            state.shows(gradientOf: weight)
            ? scene.numeral(scene.gradient(weight), digits: scene.digits(of: .gradient(weight.key), state)) : nil
        return Group(
            .edge, scene.trace.address(of: weight), words: scene.symbol(weight).plainText + Self.account(value, gradient),
            isHighlighted: isHighlighted)
    }

    /// A layer that is drawn as one: its shape and its norms.
    func group(ofBlock index: Int) -> Group {
        let column = scene.columns[index]
        let (value, gradient) = (scene.trace.pass.value(column.shown).norm, scene.trace.pass.gradient(column.shown).norm)
        return Group(
            .node, column.name,
            words: "\(column.name), \(column.shape.text): norm \(Numeral(value).text), norm of the gradient \(Numeral(gradient).text)")
    }
}
