import Drawing
import Notation
import Traces

/// One step with its numbers settled: every line of arithmetic of the frame, and how many digits each value gets.
struct FrameTelling {
    let step: Step
    /// The line behind each finding; nil where there is no arithmetic to show.
    let lines: [Arithmetic.Line?]
    let precision: Precision
    /// Whether the picture beside the formula shows what a factor was read from; it shows one sample of a batch.
    let isShown: @Sendable (_ place: String) -> Bool

    init(_ step: Step, isShown: @escaping @Sendable (_ place: String) -> Bool = { _ in true }) {
        self.step = step
        self.isShown = isShown
        let arithmetics = step.findings.map { finding -> Arithmetic? in
            switch finding.explanation {
            case .arithmetic(let arithmetic): arithmetic.keyed(gradientPlace: finding.kind == .update ? finding.place : nil)
            case .chain(let chain): chain.arithmetic
            case .stated: nil
            }
        }
        var precision = step.precisionBySymbols
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
            parts.append(.leaf(Arithmetic.Leaf(rest.sum, rest.words, role: .gradient)))
        }
        return parts.isEmpty ? .number(0) : parts.count == 1 ? parts[0] : .sum(parts)
    }
}

extension Arithmetic {
    /// Values are known by what they are called, so that a formula and the picture beside it print them alike.
    /// - Parameter gradientPlace: of an update, the parameter, whose gradient stands at the same place.
    func keyed(gradientPlace: String?) -> Arithmetic {
        func keyed(_ part: Arithmetic) -> Arithmetic { part.keyed(gradientPlace: gradientPlace) }
        switch self {
        case .leaf(var leaf):
            leaf.key = leaf.symbol.map(SceneState.key)
            if leaf.role == .gradient, leaf.place == nil { leaf.place = gradientPlace.map(FormulaMark.gradientName) }
            return .leaf(leaf)
        case .sum(let parts): return .sum(parts.map(keyed))
        case .product(let parts): return .product(parts.map(keyed))
        case .quotient(let a, let b): return .quotient(keyed(a), keyed(b))
        case .power(let a, let b): return .power(keyed(a), keyed(b))
        case .negation(let a): return .negation(keyed(a))
        case .function(let function, let arguments): return .function(function, arguments.map(keyed))
        }
    }
}

/// A place that the frame speaks of, and its name in the formula.
struct FormulaMark: Hashable {
    let highlight: Highlight
    /// As in `Formula.place`.
    let name: String

    static func gradientName(_ place: String) -> String { "gradient of \(place)" }
}

extension FrameTelling {
    /// What is found, with a solid outline.
    private var results: [Highlight] {
        step.findings.map { Highlight(place: $0.place, role: .result, outline: .solid, isGradient: $0.kind == .gradient) }
    }

    var highlights: [Highlight] { results + marks.map(\.highlight) }

    /// What a single finding is read from.
    var marks: [FormulaMark] {
        guard step.findings.count == 1, let finding = step.findings.first else { return [] }
        switch finding.explanation {
        case .arithmetic(let arithmetic):
            return marks(arithmetic.keyed(gradientPlace: finding.kind == .update ? finding.place : nil), finding)
        case .chain(let chain):
            return chain.terms.flatMap(\.factors).enumerated().compactMap { index, factor in mark(of: factor, index) }
        case .stated: return []
        }
    }

    /// The outline of a chain's factor, by its number among all; nil where the picture does not show its place.
    func mark(of factor: ChainRule.Factor, _ index: Int) -> FormulaMark? {
        guard isShown(factor.place) else { return nil }
        return FormulaMark(
            highlight: Highlight(
                place: factor.place, role: factor.role, outline: Self.outline(index), isGradient: factor.kind == .upstream),
            name: factor.place)
    }

    /// Values of one tensor share an outline: all weights of a sum, all its inputs.
    private func marks(_ arithmetic: Arithmetic, _ finding: Finding) -> [FormulaMark] {
        var tensors: [Substring] = []
        var marks: [FormulaMark] = []
        for leaf in arithmetic.leaves {
            guard let name = leaf.place, name != finding.place, isShown(name), !marks.contains(where: { $0.name == name })
            else { continue }
            let tensor = name.prefix { $0 != "[" }
            if !tensors.contains(tensor) { tensors.append(tensor) }
            let isGradient = name == FormulaMark.gradientName(finding.place)
            marks.append(
                FormulaMark(
                    highlight: Highlight(
                        place: isGradient ? finding.place : name, role: leaf.role == .plain ? .value : leaf.role,
                        outline: Self.outline(tensors.firstIndex(of: tensor) ?? 0),
                        isGradient: isGradient || leaf.role == .gradient),
                    name: name))
        }
        return marks
    }

    /// Factors in turn; the solid outline is the result's.
    static func outline(_ index: Int) -> Highlight.Outline { [.dashed, .dotted, .double][index % 3] }
}
