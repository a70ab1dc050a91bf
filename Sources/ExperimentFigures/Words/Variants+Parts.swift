import Experiments
import NeuralNetworks
import Notation

extension [Variant] {
    /// "Norm 1: g is scaled by min(1, 1/‖g‖); Value 1: each entry of g is clamped to ±1."; empty if nothing is clipped.
    var clippingNote: String {
        let limits = compactMap { variant in
            switch variant.clipping {
            case .norm(let limit): "\(variant.name): the gradient g is scaled by min(1, \(Numeral(limit).text)/‖g‖)"
            case .value(let limit): "\(variant.name): each entry of g is clamped to ±\(Numeral(limit).text)"
            case nil: nil
            }
        }
        return limits.isEmpty ? "" : limits.joined(separator: "; ") + "."
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
