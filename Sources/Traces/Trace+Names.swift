package import Autodiff
import Notation

extension Trace {
    /// The scalar that a user means: by its address, `output.weight[0,0]`, or by its symbol in figures, `w₅`, which may be typed `w5`,
    /// `w_5` or `w_{5}`.
    /// - Throws: why it is neither, with suggestions.
    package func scalar(named text: String, notation: NotationStyle = .automatic) throws(AddressError) -> ScalarID {
        do {
            return try scalar(at: text)
        } catch {
            guard !text.contains(where: { $0 == "." || $0 == "[" && !text.contains("^") }) else { throw error }
            let names = SymbolNames(self, notation: notation)
            let found = names.scalars(called: text)
            if found.count == 1 { return found[0] }
            guard found.isEmpty else { throw .ambiguous(text, found.map { address(of: $0) }) }
            guard case .unknownTensor(let name, let known) = error else { throw error }
            throw .unknownTensor(name, known: known + names.near(text))
        }
    }
}

/// The symbols of a trace's scalars in figures, in the forms in which people type them.
private struct SymbolNames {
    private let trace: Trace
    private let symbols: Symbols

    init(_ trace: Trace, notation: NotationStyle) {
        self.trace = trace
        symbols = Symbols(trace, notation: notation)
    }

    /// A letter with its subscript and superscript, however they are written: h₁⁽²⁾, h_1^(2) and h^{(2)}_1 are the same.
    private struct Name: Hashable {
        var base = "", below = "", above = ""

        init(_ text: String) {
            enum Place { case base, below, above }
            var place = Place.base
            for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
                switch scalar {
                case "_": place = .below
                case "^": place = .above
                case "}": place = .base
                case "{", "(", ")", "[", "]", ",": break
                default:
                    if let plain = SymbolNames.raised[scalar] {
                        if !"()".unicodeScalars.contains(plain) { above.unicodeScalars.append(plain) }
                    } else if let plain = SymbolNames.lowered[scalar] {
                        below.unicodeScalars.append(plain)
                    } else {
                        switch place {
                        case .base: base.unicodeScalars.append(scalar)
                        case .below: below.unicodeScalars.append(scalar)
                        case .above: above.unicodeScalars.append(scalar)
                        }
                    }
                }
            }
        }

        /// How likely another name means this one: 0 for certain; 1 if nothing else fits, since h21 without marks may have its digits in
        /// either order; nil if it does not.
        func doubt(of other: Name) -> Int? {
            if self == other { return 0 }
            guard other.below.isEmpty, other.above.isEmpty else { return nil }
            return [base + below + above, base + above + below].firstIndex(of: other.base)
        }
    }

    private static let raised = table("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni")
    private static let lowered = table("₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=aehijklmnoprstuvx")

    private static func table(_ from: String, _ to: String) -> [Unicode.Scalar: Unicode.Scalar] {
        Dictionary(zip(from.unicodeScalars, to.unicodeScalars)) { first, _ in first }
    }

    /// The number of scalars that are searched; in a larger trace, the rest have only addresses.
    private static let most = 200_000

    /// Every scalar whose symbol is the text; if there is none, every scalar that it may mean.
    func scalars(called text: String) -> [ScalarID] {
        let wanted = Name(text)
        var exact: [ScalarID] = []
        var meant: [[ScalarID]] = [[], []]
        forEach { scalar, name in
            if name == text { exact.append(scalar) }
            if let doubt = Name(name).doubt(of: wanted) { meant[doubt].append(scalar) }
        }
        return ([exact] + meant).first { !$0.isEmpty } ?? []
    }

    /// Names with the text's first letter, for a suggestion.
    func near(_ text: String) -> [String] {
        var near: [String] = []
        forEach { _, name in if name.first == text.first, near.count < 2_000 { near.append(name) } }
        return near
    }

    private func forEach(_ visit: (ScalarID, String) -> Void) {
        var seen = 0
        for id in trace.tape.allIDs where symbols.names(id) {
            let count = trace.tape[id].shape.reduce(1, *)
            seen += count
            guard seen <= Self.most else { return }
            for index in 0..<count { visit(ScalarID(id, index), symbols(ScalarID(id, index)).plainText) }
        }
    }
}
