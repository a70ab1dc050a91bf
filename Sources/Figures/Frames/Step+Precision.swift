import Notation
import Traces

extension Step {
    /// The digits that a page about the step settles on, by what things are called in pictures.
    var precisionBySymbols: Precision {
        let settled = self.precision
        var precision = Precision()
        func take(_ value: Double, _ symbol: Formula, from key: String, as name: String) {
            let leaf = Arithmetic.Leaf(value, symbol, key: name, leastDigits: settled.digits(of: key))
            precision.settle([(name, .leaf(leaf), value)])
        }
        for finding in findings {
            let name = finding.kind == .update ? SceneState.updatedKey(finding.symbol) : SceneState.key(finding.inlineSymbol)
            take(finding.value, finding.symbol, from: finding.key, as: name)
        }
        for leaf in lines.flatMap(\.arithmetic.leaves) {
            guard let key = leaf.key, let symbol = leaf.symbol, leaf.role == .value else { continue }
            take(leaf.value, symbol, from: key, as: SceneState.key(symbol))
        }
        for factor in findings.flatMap(\.factors) {
            guard let key = factor.key else { continue }
            take(factor.value, factor.meaning, from: key, as: SceneState.key(factor.meaning))
        }
        return precision
    }
}

extension Finding {
    fileprivate var factors: [ChainRule.Factor] {
        if case .chain(let chain) = explanation { chain.terms.flatMap(\.factors) } else { [] }
    }
}
