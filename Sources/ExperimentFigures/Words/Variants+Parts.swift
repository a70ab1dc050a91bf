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

    /// " Group norm: 4 groups of 8 units."; " With dropout: half is dropped."; empty without group normalization and dropout.
    /// - Parameters:
    ///   - width: the number of units in a layer.
    ///   - isTrained: whether there are several steps, and samples for validation.
    func partsNote(width: Int, isTrained: Bool) -> String {
        var said: [String] = []
        for variant in self {
            if let rate = variant.dropout {
                let steps = isTrained ? ", anew at each step, and none of validation" : ""
                let words = "\(variant.name): \(Numeral(100 * rate).text) % of each layer’s output dropped\(steps)"
                if !said.contains(words) { said.append(words) }
            }
            guard case .group(let groups) = variant.normalization?.kind, groups > 0 else { continue }
            let words = "\(variant.name): \(English.count(groups, "group")) of \(English.count(width / groups, "unit"))"
            if !said.contains(words) { said.append(words) }
        }
        return said.isEmpty ? "" : " " + said.joined(separator: "; ") + "."
    }
}
