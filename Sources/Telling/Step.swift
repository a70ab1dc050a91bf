package import Autodiff
package import Notation
import Traces

/// One step of an explanation: one question and its answer. Its digits are fixed once, so that every page, frame and text prints the same
/// numbers.
package struct Step: Hashable, Sendable {
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        case forward, loss, backward, update

        package var heading: String {
            switch self {
            case .forward: "Forward"
            case .loss: "Loss"
            case .backward: "Backward"
            case .update: "Update"
            }
        }
    }

    package let phase: Phase
    /// A row of words and mathematics: "How much does the weight w₅ move the loss?"
    package let question: Formula
    /// The scalars that are explained: one in fine steps, several in coarser ones.
    package let findings: [Finding]
    /// The number of further scalars that the step covers without explaining them.
    package let omitted: Int
    /// What the result means: a row of words and mathematics.
    package internal(set) var sentence: Formula
    /// The tensor that the findings belong to.
    package let tensor: Tape.ID
    /// The digits with which all its lines hold, including those of its matrices; a number has the same digits wherever the step prints it.
    package let precision: Precision
    /// The findings as they are printed.
    package let told: [ToldFinding]
    /// The rule for all scalars of the tensor at once; nil where it would repeat that for one.
    package let matrixForm: MatrixForm?
    package let matrix: ToldMatrix?

    /// - Parameter sentence: the meaning of the result, with the digits that the step has chosen.
    init(
        phase: Phase, question: Formula, findings: [Finding], omitted: Int, tensor: Tape.ID, matrixForm: MatrixForm? = nil,
        notation: NotationStyle, sentence: (Precision) -> Formula
    ) {
        self.phase = phase
        self.question = question
        self.findings = findings
        self.omitted = omitted
        self.tensor = tensor
        self.matrixForm = matrixForm
        let precision = Precision.settled(findings.flatMap(\.lines) + (matrixForm?.numbers?.lines ?? []))
        self.precision = precision
        self.sentence = sentence(precision)
        told = findings.map { ToldFinding($0, precision: precision, notation: notation) }
        matrix = matrixForm.map { ToldMatrix($0, precision: precision) }
    }
}

/// One scalar with its explanation.
package struct Finding: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A forward value.
        case value
        /// ∂L/∂scalar.
        case gradient
        /// ∂L/∂parameter after clipping, or the norm by which all are clipped.
        case clipped
        /// The optimizer's state for a parameter.
        case memory
        /// A parameter after the update.
        case update

        /// The sign between symbol and value: an update replaces the old value.
        package var relation: Formula.Sign {
            switch self {
            case .value, .gradient, .clipped: .equals
            case .memory, .update: .assigned
            }
        }
    }

    package let kind: Kind
    package let scalar: ScalarID
    /// The key of the number; for the norm that clipping uses, not one of the scalar's own.
    package let key: NumberKey
    /// The symbol of the number: h₁, ∂L/∂w₅ as a fraction, or w₅.
    package let symbol: Formula
    /// The same on one line: ∂L/∂w₅.
    package let inlineSymbol: Formula
    package let value: Double
    package let explanation: Explanation
}

/// How a value is computed.
package enum Explanation: Hashable, Sendable {
    /// Forward and update steps: an expression over values that the trace holds.
    case arithmetic(Arithmetic)
    /// Backward steps: a sum of products of the chain rule.
    case chain(ChainRule)
    /// A computation that is not arithmetic on a page (a singular value), in words.
    case stated(Formula)
}

/// A gradient as the sum over all uses of a scalar: each a product of an upstream gradient and local derivatives.
package struct ChainRule: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        /// The factors: the upstream gradient first, then one or more local derivatives.
        package let factors: [Factor]
        /// The scalar through which the gradient comes: "o₁".
        package let through: Formula
        package let key: NumberKey
        package var product: Double { factors.reduce(1) { $0 * $1.value } }
    }

    package struct Factor: Hashable, Sendable {
        package enum Kind: Hashable, Sendable { case upstream, local }

        package let kind: Kind
        /// ∂o₁/∂z₃ as a fraction.
        package let symbol: Formula
        package let value: Double
        /// The meaning of the factor, by the values it is read from: σ′(z₃), w₅, h₁, 1.
        package let meaning: Formula
        /// In words: "upstream gradient", "local: the input h₁".
        package let caption: Formula
        package let role: Formula.Role
        /// The key of the value that the factor is read from, or of the derivative itself.
        package let key: NumberKey
    }

    package let terms: [Term]
    /// The sum of further terms that are not written one by one, and their number.
    package let rest: Rest?
    /// What the sum runs over; empty for a single term.
    package var axes: [Axis]

    /// What a sum of contributions runs over.
    package enum Axis: String, Hashable, Sendable, CaseIterable {
        case units, batch, time
        /// Positions of a kernel, and of an image.
        case windows, positions
        /// Entries of a matrix.
        case entries
        /// Several operations that use the scalar.
        case uses
    }

    package struct Rest: Hashable, Sendable {
        package let count: Int
        package let sum: Double
        /// "5 others".
        package let words: Formula
    }
}
