import Experiments
import Notation

/// What a measurement of gradient decay found, in words that follow from its numbers.
struct GradientDecayFindings {
    let series: [Series]
    let fates: [GradientFate]
    let depth: Int

    init(_ series: [Series], depth: Int) {
        self.series = series
        self.depth = depth
        fates = series.map { GradientFate(of: $0) }
    }

    private func names(where isMeant: (GradientFate) -> Bool) -> NameList {
        NameList(names: zip(series, fates).filter { isMeant($1) }.map(\.0.name), total: series.count)
    }

    /// "Sigmoid lets the gradient vanish; Tanh and ReLU do not".
    var headline: String {
        let sentence = clause
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    /// The same after a panel's name and a colon.
    var clause: String {
        guard depth > 1 else { return "one layer: there is no earlier one to reach" }
        let undefined = names { $0 == .undefined }
        let overflowed = names { $0 == .overflowed }
        let exploded = names { if case .exploded = $0 { true } else { false } }
        let underflowed = names { $0 == .underflowed }
        let cutOff = names { $0 == .cutOff }
        let vanished = names { if case .vanished = $0 { true } else { false } }
        let kept = names { $0 == .kept }
        let faded = names { if case .faded = $0 { true } else { false } }
        let grown = names { if case .grown = $0 { true } else { false } }

        var clauses: [String] = []
        if !undefined.isEmpty { clauses.append(undefined.says("ends", "end", "in NaN")) }
        if !overflowed.isEmpty { clauses.append(overflowed.says("overflows", "overflow", "to ∞")) }
        if !exploded.isEmpty { clauses.append(exploded.says("explodes", "explode", "towards the input")) }
        if !underflowed.isEmpty { clauses.append(underflowed.says("underflows", "underflow", "to 0")) }
        if !cutOff.isEmpty { clauses.append(cutOff.says("has", "have", "gradient 0 on the way")) }
        let hasTrouble = !clauses.isEmpty
        if !vanished.isEmpty { clauses.append(vanished.says("lets", "let", "the gradient vanish")) }
        if !kept.isEmpty {
            if hasTrouble || clauses.isEmpty {
                clauses.append(kept.says("keeps", "keep", "the gradient within 10×"))
            } else {
                clauses.append(kept.says("does", "do", "not"))
            }
        }
        // What is neither one nor the other is spoken of where it does not blur the contrast.
        if clauses.count < 2 {
            if !faded.isEmpty { clauses.append(faded.says("weakens", "weaken", "the gradient")) }
            if !grown.isEmpty { clauses.append(grown.says("strengthens", "strengthen", "the gradient")) }
        }
        return clauses.joined(separator: "; ")
    }

    /// "Sigmoid: 3.1×10⁻¹² at layer 1, 1.5 at layer 20, 10¹²× smaller at layer 1."
    func account(of index: Int) -> String {
        let values = series[index].median
        guard let first = values.first, let last = values.last else { return "\(series[index].name): nothing measured." }
        let name = series[index].name
        guard values.count > 1 else { return "\(name): \(Numeral(first, digits: 3).text)." }
        var text = "\(name): \(Numeral(first, digits: 3).text) at layer 1, \(Numeral(last, digits: 3).text) at layer \(values.count)"
        switch fates[index] {
        case .kept: text += ", within 10×"
        case .faded(let factor), .vanished(let factor): text += ", \(Numeral.orderOfMagnitude(factor).text)× smaller at layer 1"
        case .grown(let factor), .exploded(let factor): text += ", \(Numeral.orderOfMagnitude(factor).text)× larger at layer 1"
        case .underflowed: text += ", underflow on the way"
        case .cutOff: text += ", no gradient arrives at some layer"
        case .overflowed: text += ", overflow on the way"
        case .undefined: text += ", no number on the way"
        }
        return text + "."
    }

    /// The series with the largest loss, and that with the largest growth, where they lose or grow 10× or more.
    var mostLosing: (index: Int, factor: Double)? { most(\.loss) }
    var mostGrowing: (index: Int, factor: Double)? { most(\.growth) }

    private func most(_ factor: (GradientFate) -> Double?) -> (index: Int, factor: Double)? {
        fates.indices.compactMap { index in factor(fates[index]).map { (index, $0) } }.max { $0.1 < $1.1 }
    }
}
