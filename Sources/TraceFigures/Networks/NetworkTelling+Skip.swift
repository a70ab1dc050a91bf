import Autodiff
import NeuralNetworks
import Notation
import Traces

extension NetworkTelling {
    /// "The skip adds 1 to F′: ∂L/∂x₁ = 0.64949 past the block + 0.14145 through it = 0.7909": of the first block that adds its input as it
    /// is, the unit whose gradient is the largest. Nil where there is no such block, or its units show a mean over the batch.
    var skipHeadline: Formula? {
        let pass = scene.trace.pass
        guard case .number(let sample) = scene.options.sample, let (sum, input) = skip else { return nil }
        let gradients = pass.gradient(input).scalars
        let width = scene.trace.tape[input].shape.last ?? 1
        let units = (sample * width..<(sample + 1) * width).filter { gradients.indices.contains($0) && gradients[$0].isFinite }
        guard let unit = units.max(by: { abs(gradients[$0]) < abs(gradients[$1]) }), gradients[unit] != 0 else { return nil }
        let parts = pass.contributions(to: input, unit)
        let isPast = { (part: Contribution) in part.output == sum && part.operand == 0 }
        let past = parts.filter(isPast).reduce(0) { $0 + $1.product }
        let through = parts.filter { !isPast($0) }.reduce(0) { $0 + $1.product }
        let line = Arithmetic.sum([.number(past), .number(through)]).line(gradients[unit])
        let second = line.numerals[1].asWords
        return .row(
            [.words("The skip adds 1 to F′: ")] + scene.texts.symbols.inlineGradient(of: ScalarID(input, unit)).parts
                + [
                    .sign(.equals), line.numerals[0].asWords, .words(" past the block + "),
                    line.numerals[1].isNegative ? .parenthesized(second) : second, .words(" through it"), .sign(line.relation),
                    line.result.asWords,
                ])
    }

    /// The sum that the first such block ends with, and what it adds.
    private var skip: (sum: Tape.ID, input: Tape.ID)? {
        for layer in scene.values.lowered.layers {
            if case .residual(let block) = layer.layer.kind, !block.hasProjection { return (layer.output, layer.input) }
        }
        return nil
    }
}
