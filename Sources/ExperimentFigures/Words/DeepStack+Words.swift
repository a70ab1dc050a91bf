import Autodiff
import Experiments
import Notation

extension DeepStack {
    /// "20 layers of 32 units, batch of 64".
    var words: String {
        "\(English.count(depth, "layer")) of \(English.count(width, "unit"))\(hasAttention ? ", \(English.count(time, "token"))" : ""), batch of \(batch)"
    }

    /// How the weights were sampled.
    var weights: String {
        let note = variants.initializerNote
        let isWhole = variants.allSatisfy { $0.initializer != nil }
        return (variants.unitsNote(standard: .sigmoid).map { $0 + ". " } ?? "") + (note.isEmpty ? "" : "Weights: \(note). ")
            + (isWhole ? "" : "Weights of variants that name no initializer suit their activation. ")
            + "Biases are 0."
    }

    /// ½Σ(y − t)²/n.
    static let squares: [Formula] = [.words("½"), .symbol("Σ", .upright), .sup(.parenthesized("y" - "t"), "2"), .sign(.slash), "n"]

    /// The inputs, targets and loss of the untrained networks.
    static let data: [Formula] =
        [.words("Loss ")] + squares + [
            .words(" over a batch of "), "n", .words(" samples; inputs and targets standard normal. "),
        ]
}
