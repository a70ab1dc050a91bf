import Autodiff
package import Notation

extension Symbols {
    mutating func nameExpression(_ trace: Trace) {
        for id in tape.allIDs {
            let entry = tape[id]
            var letter = Formula.lessonName(entry.name)
            if case .source(.constant) = entry.origin { letter = .number(trace.pass.value(id).scalars[0]) }
            namings[id.index] = Naming(letter: letter, above: nil, index: .none)
        }
    }
}

extension Formula {
    /// A name from a lesson: `w_1` and `w1` are w₁, `sigma` is σ, `dot` stands upright.
    package static func lessonName(_ name: String) -> Formula {
        let digits = name.reversed().prefix { $0.isNumber }.reversed()
        let stem = name.dropLast(digits.count)
        let base = stem.last == "_" && stem.count > 1 ? stem.dropLast() : stem
        if !digits.isEmpty, !base.isEmpty { return .sub(lessonName(String(base)), .name(String(digits))) }
        if let underscore = name.firstIndex(of: "_"), underscore != name.startIndex,
            name.index(after: underscore) != name.endIndex
        {
            return .sub(
                lessonName(String(name[..<underscore])), lessonName(String(name[name.index(after: underscore)...])))
        }
        return .name(greek[name] ?? name)
    }

    private static let greek = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ",
        "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "psi": "ψ",
        "omega": "ω",
    ]
}
