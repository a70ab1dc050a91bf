import Drawing
import Notation
import Traces

/// One step with its numbers settled: every line of arithmetic of the frame, and how many digits each value gets.
struct FrameTelling {
    let step: Step
    /// The line behind each finding; nil where there is no arithmetic to show.
    let lines: [Arithmetic.Line?]
    let precision: Precision

    init(_ step: Step) {
        self.step = step
        let arithmetics = step.findings.map { finding -> Arithmetic? in
            switch finding.explanation {
            case .arithmetic(let arithmetic): arithmetic.keyedBySymbols
            case .chain(let chain): chain.arithmetic
            case .stated: nil
            }
        }
        var precision = Precision()
        var entries: [(key: String?, arithmetic: Arithmetic, result: Double)] = []
        for (finding, arithmetic) in zip(step.findings, arithmetics) {
            if let arithmetic { entries.append((Self.key(finding), arithmetic, finding.value)) }
        }
        precision.settle(entries)
        self.precision = precision
        lines = zip(step.findings, arithmetics).map { finding, arithmetic in
            arithmetic.map { precision.line($0, result: finding.value, key: Self.key(finding)) }
        }
    }

    static func key(_ finding: Finding) -> String {
        finding.kind == .update ? SceneState.updatedKey(finding.symbol) : SceneState.key(finding.inlineSymbol)
    }

    /// The result as the frame prints it everywhere.
    func numeral(_ finding: Finding) -> Numeral { precision.numeral(finding.value, key: Self.key(finding)) }
}

extension ChainRule {
    /// The sum of products as it is printed; its leaves are the factors in order, then the rest.
    var arithmetic: Arithmetic {
        let products: [Arithmetic] = terms.map { term in
            let leaves = term.factors.map { factor in
                Arithmetic.leaf(
                    Arithmetic.Leaf(
                        factor.value, factor.meaning, role: factor.role, place: factor.place,
                        key: SceneState.key(factor.meaning)))
            }
            return leaves.count == 1 ? leaves[0] : .product(leaves)
        }
        var parts = products
        if let rest {
            parts.append(.leaf(Arithmetic.Leaf(rest.sum, .words("the other \(rest.count)"), role: .gradient)))
        }
        return parts.isEmpty ? .number(0) : parts.count == 1 ? parts[0] : .sum(parts)
    }
}

extension Arithmetic {
    /// Values are known by what they are called, so that a formula and the picture beside it print them alike.
    var keyedBySymbols: Arithmetic {
        switch self {
        case .leaf(var leaf):
            leaf.key = leaf.symbol.map(SceneState.key)
            return .leaf(leaf)
        case .sum(let parts): return .sum(parts.map(\.keyedBySymbols))
        case .product(let parts): return .product(parts.map(\.keyedBySymbols))
        case .quotient(let a, let b): return .quotient(a.keyedBySymbols, b.keyedBySymbols)
        case .power(let a, let b): return .power(a.keyedBySymbols, b.keyedBySymbols)
        case .negation(let a): return .negation(a.keyedBySymbols)
        case .function(let function, let arguments): return .function(function, arguments.map(\.keyedBySymbols))
        }
    }
}

extension FrameTelling {
    /// The places that the frame speaks of: what is found with a solid outline, then what it is read from.
    var highlights: [Highlight] {
        var found = step.findings.map {
            Highlight(place: $0.place, role: .result, outline: .solid, isGradient: $0.kind == .gradient)
        }
        guard step.findings.count == 1, let finding = step.findings.first else { return found }
        switch finding.explanation {
        case .arithmetic(let arithmetic):
            for leaf in arithmetic.leaves {
                guard let place = leaf.place, place != finding.place else { continue }
                found.append(
                    Highlight(
                        place: place, role: leaf.role == .plain ? .value : leaf.role, outline: outline(of: place),
                        isGradient: leaf.role == .gradient))
            }
        case .chain(let chain):
            for (index, factor) in chain.terms.flatMap(\.factors).enumerated() {
                found.append(
                    Highlight(
                        place: factor.place, role: factor.role, outline: Self.outline(index),
                        isGradient: factor.kind == .upstream))
            }
        case .stated: break
        }
        return found
    }

    /// Factors in turn; the solid outline is the result's.
    static func outline(_ index: Int) -> Highlight.Outline { [.dashed, .dotted, .double][index % 3] }

    /// Values of one tensor share an outline: all weights of a sum, all its inputs.
    func outline(of place: String) -> Highlight.Outline {
        guard let finding = step.findings.first, case .arithmetic(let arithmetic) = finding.explanation else { return .dashed }
        var tensors: [Substring] = []
        for leaf in arithmetic.leaves {
            guard let other = leaf.place?.prefix(while: { $0 != "[" }), !tensors.contains(other) else { continue }
            tensors.append(other)
        }
        return Self.outline(tensors.firstIndex(of: place.prefix { $0 != "[" }) ?? 0)
    }
}
