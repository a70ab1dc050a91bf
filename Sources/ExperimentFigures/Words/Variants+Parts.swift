import Experiments
import NeuralNetworks
import Notation

extension [Variant] {
    /// "Norm 1: g is scaled by min(1, 1/‖g‖); Value 1: each entry of g is clamped to ±1."; empty if nothing is clipped.
    var clippingNote: [Formula] {
        let limits = compactMap { variant -> Formula? in
            switch variant.clipping {
            case .norm(let limit):
                .sentence(
                    "\(variant.name): the gradient \(math: "g") is scaled by min(1, \(Numeral(limit).text)/\(math: .norm("g")))")
            case .value(let limit):
                .sentence("\(variant.name): each entry of \(math: "g") is clamped to ±\(Numeral(limit).text)")
            case nil: nil
            }
        }
        return limits.isEmpty ? [] : [Formula](limits.map(\.parts).joined(separator: [.words("; ")])) + [.words(".")]
    }

    /// " Group norm: 4 groups of 8 units. With dropout: half is dropped."; empty for variants that are layers and activations alone.
    /// - Parameters:
    ///   - width: the number of units in a layer.
    ///   - isTrained: whether there are several steps, and samples for validation.
    func partsNote(width: Int, isTrained: Bool) -> String {
        let said = told { variant in
            var parts: [String] = []
            if let heads = variant.attention?.layer.heads, heads > 1 { parts.append("\(heads) heads") }
            if let rate = variant.dropout {
                let steps = isTrained ? ", anew at each step, and none of validation" : ""
                parts.append("\(Numeral(100 * rate).text) % of each layer’s output dropped\(steps)")
            }
            if case .group(let groups) = variant.normalization?.kind, groups > 0 {
                parts.append("\(English.count(groups, "group")) of \(English.count(width / groups, "unit"))")
            }
            if isTrained, let penalty = variant.l2, penalty > 0, !variant.name.contains(Numeral(penalty).text) {
                parts.append("penalty λ/2·Σw² with λ\u{A0}=\u{A0}\(Numeral(penalty).text)")
            }
            return parts
        }
        let all = said.joined(separator: "; ")
        return all.isEmpty ? "" : " " + (all.hasPrefix(Self.all) ? English.capitalized(all) : all) + "."
    }

    private static var all: String { "all variants: " }

    /// "; A and B: RNN, recurrent weight 1.2 times a random orthogonal matrix; C: LSTM, 2 at the forget gate": the cells of variants that
    /// differ in them; of one cell its recurrent weight alone.
    var cellsNote: String {
        let cells = Set(map { $0.cell ?? .rnn })
        let said = told { variant in
            let cell = variant.cell ?? .rnn
            let weight = variant.recurrentRadius.map { "recurrent weight\(cell == .rnn ? "" : "s") \($0.timesOrthogonal)" }
            let bias = variant.gateBias(of: cell).flatMap { $0 == 0 ? nil : "bias \(Numeral($0).text) at the \(cell.keepingGate) gate" }
            return [cells.count > 1 || cell != .rnn ? cell.rawValue.uppercased() : nil, weight, bias].compactMap(\.self)
        }
        return said.map { "; " + $0 }.joined()
    }

    /// Parts of variants, in each case after the names of those that have them: "A and B: 2 heads".
    private func told(_ parts: (Variant) -> [String]) -> [String] {
        var order: [String] = []
        var names: [String: [String]] = [:]
        for variant in self {
            let words = parts(variant).joined(separator: ", ")
            guard !words.isEmpty else { continue }
            if names[words] == nil { order.append(words) }
            if names[words]?.contains(variant.name) != true { names[words, default: []].append(variant.name) }
        }
        let isOfAll = order.count == 1 && count > 1 && allSatisfy { !parts($0).isEmpty }
        return order.map { words in isOfAll ? Self.all + words : "\(English.list(names[words] ?? [])): \(words)" }
    }
}

extension Variant.Cell {
    /// The gate whose bias lets the state be kept.
    var keepingGate: String { self == .gru ? "update" : "forget" }
}

extension Double {
    /// "a random orthogonal matrix", "1.2 times a random orthogonal matrix": of a recurrent weight by its radius.
    var timesOrthogonal: String { (self == 1 ? "" : "\(Numeral(self).text) times ") + "a random orthogonal matrix" }
}
