import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// The names of a network's parts, with descriptions for readers who cannot see them.
struct NetworkGroups {
    let scene: NetworkScene
    let state: SceneState
    let marks: SceneMarks

    private var geometry: NetworkGeometry { scene.geometry }
    private var values: NetworkValues { scene.values }
    private var texts: NetworkTexts { scene.texts }

    var loss: Group {
        let value = state.shows(valueOf: ScalarID(values.lowered.loss, 0)) ? ": \(texts.lossNumeral(state).text)" : ""
        return Group(.node, "loss", words: "loss \(texts.symbols.resultName.plainText)\(value)", isHighlighted: marks.isMarked(.loss))
    }

    /// "h₁: value 0.5933, gradient 0.02".
    func group(of scalar: ScalarID, at place: NetworkPlace) -> Group {
        let (value, gradient) = texts.numerals(of: scalar, state)
        return Group(
            .node, values.trace.address(of: scalar), words: texts.symbol(scalar).plainText + Self.account(value, gradient),
            isHighlighted: marks.isMarked(place))
    }

    /// ": value 0.5933, gradient 0.02".
    private static func account(_ value: Numeral?, _ gradient: Numeral?) -> String {
        let parts = [value.map { "value \($0.text)" }, gradient.map { "gradient \($0.text)" }].compactMap(\.self)
        return parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
    }

    /// From z to the activation's value.
    func group(ofLink letter: String, from argument: ScalarID, to result: ScalarID, isHighlighted: Bool) -> Group {
        Group(
            .edge, "\(values.trace.address(of: argument)) to \(values.trace.address(of: result))",
            words: "\(letter) from \(texts.symbol(argument).plainText) to \(texts.symbol(result).plainText)", isHighlighted: isHighlighted)
    }

    /// "w₅: value 0.4, gradient 0.08217"; for an edge without a weight, its two ends.
    func group(ofEdge index: Int) -> Group {
        let edge = geometry.edges[index]
        let isHighlighted = marks.isMarked(.edge(index))
        guard let weight = edge.weight else {
            func end(_ column: Int, _ unit: Int?) -> String {
                // The last column is followed by the loss.
                guard values.columns.indices.contains(column) else { return "loss" }
                return values.columns[column].name + (unit.map { " \($0 + 1)" } ?? "")
            }
            let ends = "\(end(edge.fromColumn, edge.from)) to \(end(edge.toColumn, edge.to))"
            var words = edge.isSkip ? "skip from \(ends)" : "from \(ends)"
            if edge.isShared, let shared = values.columns[edge.toColumn].shared { words += ", through \(shared.words)" }
            return Group(.edge, ends, words: words, isHighlighted: isHighlighted)
        }
        let value = texts.numeral(values.value(weight, state), digits: texts.digits(of: texts.key(valueOf: weight), state))
        let gradient = state.shows(gradientOf: weight) ? texts.gradientNumeral(of: weight, .state(state)) : nil
        return Group(
            .edge, values.trace.address(of: weight), words: texts.symbol(weight).plainText + Self.account(value, gradient),
            isHighlighted: isHighlighted)
    }

    /// A layer that is drawn as a block: its shape, its first numbers, and their norms.
    func group(ofBlock index: Int) -> Group {
        let column = values.columns[index]
        func scalar(_ entry: Int) -> ScalarID { values.scalar(column.shown, entry, sample: state.sample, of: column.count) }
        var parts: [String] = []
        for (number, tensor) in texts.blockTensors(of: column).enumerated() {
            let known = (0..<column.count).lazy.filter {
                number == 0 ? state.shows(valueOf: scalar($0)) || values.isSource(column.shown) : state.shows(gradientOf: scalar($0))
            }
            guard !known.isEmpty else { continue }
            let first = known.map { values.shown(tensor.numbers, $0, of: column.count, sample: state.sample) }.firstNumbers
            // Of tokens there is no norm.
            let norm = column.isOfTokens ? "" : ", norm \(Numeral(tensor.numbers.norm).text)"
            parts.append(number == 0 ? "\(first)\(norm)" : "gradient \(first)\(norm)")
        }
        return Group(.node, column.name, words: "\(column.name), \(column.shape.text): \(parts.joined(separator: "; "))")
    }
}
