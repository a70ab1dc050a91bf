import Autodiff
import Notation
import Traces

extension Pointwise: ToldOperation {
    var face: Formula { row.face }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        if self == .complement, isSaturated(application.value(0, index)) { return .arithmetic(complement(index, application)) }
        return .arithmetic(row.written(application.teller.leaf(application.scalar(0, index))))
    }

    /// 1 − y; σ(−x) if y is σ(x) and near 1, as the number was computed, since the printed digits of y do not give it.
    private func complement(_ index: Int, _ application: Application) -> Arithmetic {
        let y = application.operands[0]
        guard case .result(.pointwise(.sigmoid), let scores) = application.teller.trace.tape[y].origin else {
            return .number(1) - application.number(0, index)
        }
        return .function(.sigmoid, [.negation(application.number(ScalarID(scores[0], index)))])
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        LocalStory(meaning: row.derivative(application.symbol(0, contribution.inputIndex)))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        guard isActivation, self != .identity, !isGroup else { return .row([.words("How large is "), name, .words("?")]) }
        return .row([.words("What does "), row.name, .words(" make of "), application.symbol(0, index), .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let (x, y) = (application.scalar(0, index), ScalarID(application.output, index))
        let (input, value) = (application.symbol(0, index), application.teller.value(x))
        let slope = precision.numeral(
            derivative(at: value, value: application.teller.value(y)),
            key: .local(NumberKey.Use(from: x.key, to: y.key, operand: 0)))
        let prime: Formula = .row([.prime(row.name), .parenthesized(input)])
        let told: [Formula] =
            [.words(" The slope here is "), prime, .words(" = ")] + (slopeAtValue(y, slope, precision, application) ?? [.number(slope)])
            + [.words(".")]
        switch row.manner {
        case .squashes(let range):
            return .row([row.name, .words(" squashes "), input, .words(" into \(range).")] + told)
        case .rectifies:
            return value > 0
                ? .row([.words("Positive, so ReLU passes "), input, .words(" on unchanged, and later its gradient.")])
                : .row([
                    .words("Not positive, so ReLU gives 0: the unit is silent, and no gradient will pass to "), input, .words("."),
                ])
        case .bends: return .row([row.name, .words(" bends "), input, .words(".")] + told)
        case .passesOn: return .row([application.symbol(ofResult: index), .words(" is passed on as it is.")])
        case .computes:
            return .row([application.symbol(ofResult: index), .words(" is computed from "), input, .words(".")])
        }
    }

    /// σ(1 − σ) = 0.7311 × 0.2689 = 0.1966: a slope computed from the value, if the printed digits give it.
    private func slopeAtValue(_ y: ScalarID, _ slope: Numeral, _ precision: Precision, _ application: Application) -> [Formula]? {
        guard let rule = row.slopeByValue else { return nil }
        let value = application.teller.value(y)
        let leaf = Arithmetic.leaf(Arithmetic.Leaf(value, key: .value(y.key)))
        // A sentence has 1 − σ as one number.
        let arithmetic = self == .sigmoid ? leaf * .number(1 - value) : rule.written(leaf)
        let line = precision.line(arithmetic, result: rule.computed(value))
        guard line.relation == .equals, line.result == slope else { return nil }
        return rule.formula.parts + [.sign(.equals)] + line.numeric.parts + [.sign(.equals), .number(line.result)]
    }

    var continuesChains: Bool { self != .identity }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let x = application.tensor(0)
        switch row.manner {
        case .passesOn: return (x, .words("Passed on as it is."))
        case .squashes, .rectifies, .bends: return (row.applied(x), .words("\(application.each)Entry by entry."))
        // Functions other than a gate's complement occur only in expressions, whose tensors are scalars.
        case .computes: return self == .complement ? ("1" - x, .words("\(application.each)Entry by entry.")) : nil
        }
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        if self == .identity { return (application.upstream, "") }
        if self == .negate || self == .complement { return (-application.upstream, "") }
        return (application.entrywise(Formula.prime(row.name)(application.tensor(0))), "The product is taken entry by entry.")
    }

    var kink: (name: Formula, slope: Double)? { row.kinks.first.map { (row.name, $0.derivative) } }
}
