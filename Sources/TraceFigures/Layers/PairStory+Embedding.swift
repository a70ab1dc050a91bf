import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces

extension PairStory {
    /// The tokens of the sample, each once, in order.
    var tokens: [Int] {
        guard case .tokens = layer.inputShape else { return [] }
        let all = subject.trace.pass.value(layer.input).scalars.compactMap { Int(exactly: $0) }
        return Set(all).sorted()
    }

    var vocabulary: Int { if case .tokens(_, let count) = layer.inputShape { count } else { 0 } }

    /// The first entry of the row that was read most often, twice or more: its gradient is a sum over its readings.
    var readAgain: (token: Int, scalar: ScalarID, line: LayerLine)? {
        guard case .embedding = layer.layer.kind, let weight = layer.parameters[.weight] else { return nil }
        let slice = subject.slice(weight)
        let all = tokens.filter { $0 < slice.rows }.map { (token: $0, uses: subject.contributions(to: slice.scalar($0, 0))) }
        guard let told = all.max(by: { $0.uses.count < $1.uses.count }), (2...6).contains(told.uses.count) else { return nil }
        let scalar = slice.scalar(told.token, 0)
        let line = LayerLine(
            key: .gradient(scalar.key),
            arithmetic: .sum(told.uses.map { subject.gradientLeaf(ScalarID($0.output, $0.outputIndex)) }), result: subject.gradient(scalar))
        return (told.token, scalar, line)
    }

    /// What comes back to a row that was read more than once.
    func readings(_ page: LayerPage) -> [LayerSection] {
        guard let readAgain else { return [] }
        let sum = page.equation([subject.symbols.inlineGradient(of: readAgain.scalar)], readAgain.line.line(page.precision), .gradient)
        return [
            LayerSection(
                heading: .row([.role(.gradient, .words("Back to ")), .words("token \(readAgain.token)")]),
                words: [.words("Its row was read more than once: the gradients of all readings add up.")], blocks: [sum])
        ]
    }
}
