package import Autodiff
import Notation

extension Trace {
    /// The scalar that a person means: by its address, `output.weight[0,0]`, or as a figure calls it, `w₅`, which may be typed `w5`, `w_5` or `w_{5}`.
    /// - Throws: why it is neither, with what it may have been meant to be.
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

/// What the scalars of a trace are called in figures, as far as people type it.
private struct SymbolNames {
    private let trace: Trace
    private let symbols: Symbols

    init(_ trace: Trace, notation: NotationStyle) {
        self.trace = trace
        symbols = Symbols(trace, notation: notation)
    }

    /// Letters and digits on one line, without what only places them: h⁽²⁾₁ is h21, as h^(2)_1 is.
    private static func folded(_ text: String) -> String {
        String(
            text.unicodeScalars.compactMap { scalar in
                // Raised and lowered characters stand for what they are made of.
                let plain = scalar.properties.isWhitespace ? nil : Self.plain[scalar] ?? scalar
                guard let plain, !Self.marks.contains(plain) else { return nil }
                return Character(plain)
            })
    }

    private static let marks: Set<Unicode.Scalar> = ["_", "^", "{", "}", "(", ")", "[", "]", ",", "\u{2009}"]

    private static let plain: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
        zip(
            "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ".unicodeScalars,
            "0123456789+-=()ni0123456789+-=()aehijklmnoprstuvx".unicodeScalars), uniquingKeysWith: { first, _ in first })

    /// No more scalars are looked at: of a trace with more, addresses find them.
    private static let most = 200_000

    /// Every scalar whose symbol is the text; if none is written so, every one whose symbol has its letters and digits in the same order.
    func scalars(called text: String) -> [ScalarID] {
        let wanted = Self.folded(text)
        var exact: [ScalarID] = []
        var loose: [ScalarID] = []
        forEach { scalar, name in
            if name == text { exact.append(scalar) }
            if Self.folded(name) == wanted { loose.append(scalar) }
        }
        return exact.isEmpty ? loose : exact
    }

    /// Names with the text's first letter, for a guess of what was meant.
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
