import Autodiff
import NeuralNetworks
import Notation
import Traces

extension ToldMistake {
    /// What a step-through of a lesson with a mistake says first.
    package var warning: String {
        "This lesson’s picture is wrong on purpose: \(mistake.about). The steps are the right ones; a remark in one of them says where the "
            + "mistake changes the first number."
    }

    /// The steps of the right pass, with a remark where the mistake would change the first number.
    package func remarking(_ steps: [Step]) -> [Step] {
        let first = first { scalar in
            let both = trace.gradients(of: scalar.tensor)
            return MistakenNumber(
                scalar, right: Numeral(both.right.scalars[scalar.index]), wrong: Numeral(both.wrong.scalars[scalar.index]))
        }
        let scalar = first?.scalar ?? updated.min { ($0.tensor.index, $0.index) < ($1.tensor.index, $1.index) }
        let kind = first == nil ? Finding.Kind.update : .gradient
        guard let scalar, let place = steps.firstIndex(where: { $0.findings.contains { $0.kind == kind && $0.scalar == scalar } }) else {
            return steps
        }
        let calculations = MistakenCalculations(
            self, gradients: first == nil ? [] : [scalar], named: nil, updated: first == nil ? [scalar] : [],
            known: [steps[place].precision])
        let number: [Formula] =
            calculations.list.first.map { $0.wrong.kept.parts }
            ?? first.map { symbols.inlineGradient(of: $0.scalar).parts + [.sign(.equals), .number($0.wrong)] } ?? []
        guard !number.isEmpty else { return steps }
        var remarked = steps
        let start = steps[place].sentence.parts + [.words(steps[place].sentence.parts.isEmpty ? "" : " ")]
        remarked[place].sentence = .row(start + [.words("With the mistake of this lesson’s picture: ")] + number + [.words(".")])
        return remarked
    }
}
