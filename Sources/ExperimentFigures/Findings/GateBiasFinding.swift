import Experiments
import Notation

/// Gated cells that keep the gradient with one bias of their gates, and with another shrink it more than a plain recurrent layer.
struct GateBiasFinding {
    private let open, shut: Double
    private let cells: [Variant.Cell]
    private let plain: String

    /// - Parameter lines: of the variants, one each, relative to the last step.
    /// - Returns: nil where that is not what was found, or where the middle halves of the seeds overlap.
    init?(_ variants: [Variant], cell: Variant.Cell, lines: [Series]) {
        guard lines.count == variants.count, variants.allSatisfy({ $0.panel == nil }) else { return nil }
        let all = zip(variants, lines).map { (variant: $0, cell: $0.cell ?? cell, line: $1, fate: GradientFate(of: $1)) }
        let plain = all.filter { $0.cell == .rnn }
        var biases: [Double: [(cell: Variant.Cell, line: Series, fate: GradientFate)]] = [:]
        for one in all {
            if let bias = one.variant.gateBias(of: one.cell) { biases[bias, default: []].append((one.cell, one.line, one.fate)) }
        }
        guard plain.count == 1, let lowest = plain[0].line.low.first,
            let open = biases.first(where: { $1.allSatisfy(\.fate.arrives) }),
            let shut = biases.first(where: { _, found in
                found.allSatisfy { one in
                    guard case .shrunk = one.fate, let highest = one.line.high.first else { return false }
                    return highest < lowest
                }
            }), biases.count == 2, open.value.map(\.cell) == shut.value.map(\.cell), Set(open.value.map(\.cell)).count == open.value.count
        else { return nil }
        (self.open, self.shut) = (open.key, shut.key)
        cells = open.value.map(\.cell)
        let name = plain[0].variant.name
        self.plain = name == Self.name(of: .rnn) ? "the \(name)" : name.asName
    }

    private static func name(of cell: Variant.Cell) -> String { cell.rawValue.uppercased() }

    /// "With gate bias 3 GRU and LSTM keep the gradient; with 0 they shrink it more than the RNN".
    var headline: String {
        let isOne = cells.count == 1
        return
            "With gate bias \(Numeral(open).text) \(cells.map(Self.name).asNames) "
            + "\(isOne ? "keeps" : "keep") the gradient; "
            + "with \(Numeral(shut).text) \(isOne ? "it shrinks" : "they shrink") it more than \(plain)"
    }
}

extension Variant {
    /// The bias that a gated cell's state is kept by; nil for a plain one.
    func gateBias(of cell: Cell) -> Double? {
        switch cell {
        case .rnn: nil
        case .lstm: forgetBias ?? 0
        case .gru: updateBias ?? 0
        }
    }
}
