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

    /// " Group norm: 4 groups of 8 units."; empty without group normalization.
    /// - Parameter width: the number of units in a layer.
    func groupsNote(width: Int) -> String {
        var said: [String] = []
        for variant in self {
            guard case .group(let groups) = variant.normalization?.kind, groups > 0 else { continue }
            let words = "\(variant.name): \(Wording.count(groups, "group")) of \(Wording.count(width / groups, "unit"))"
            if !said.contains(words) { said.append(words) }
        }
        return said.isEmpty ? "" : " " + said.joined(separator: "; ") + "."
    }
}
