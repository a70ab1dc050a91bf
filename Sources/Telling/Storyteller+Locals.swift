import Autodiff
import Notation
import Traces

/// What a local derivative is, told by the values it is read from.
struct LocalStory {
    /// σ′(z₃), w₅, 1.
    var meaning: Formula
    /// After "local: ".
    var words: Formula?
    /// The scalar whose value it is, if it is one's.
    var source: ScalarID?
}

extension Storyteller {
    func local(_ contribution: Contribution) -> LocalStory {
        guard case .result(let primitive, let operands) = trace.tape[contribution.output].origin else {
            // Only an operation has contributions.
            return LocalStory(meaning: .number(contribution.local))
        }
        let index = contribution.outputIndex
        func scalar(_ operand: Int, _ index: Int) -> ScalarID { ScalarID(operands[operand], index) }
        func read(_ source: ScalarID, _ kind: String) -> LocalStory {
            LocalStory(
                meaning: symbols(source), words: .row([.words("\(kind) "), symbols(source)]), source: source)
        }
        let constant = LocalStory(meaning: .number(contribution.local))
        switch primitive {
        case .pointwise(let function): return LocalStory(meaning: function.row.derivative(symbols(scalar(0, contribution.inputIndex))))
        case .pairwise(let function):
            return local(of: function, operand: contribution.operand, scalar(0, index), scalar(1, index), contribution)
        case .dense, .convolution:
            guard contribution.operand < 2 else { return constant }
            let partner = partner(of: contribution, primitive, operands)
            return read(partner, contribution.operand == 0 ? "the weight" : "the input")
        case .copying: return constant
        case .mean(let mean):
            let count = mean.grouping.size(of: trace.tape[operands[0]].shape.reduce(1, *))
            return LocalStory(meaning: .fraction("1", .name(String(count))), words: .words("a share of the mean"))
        case .variance(let variance):
            let count = variance.grouping.size(of: trace.tape[operands[0]].shape.reduce(1, *))
            guard contribution.operand == 0 else {
                return LocalStory(meaning: .number(contribution.local), words: .words("the distances add up to 0"))
            }
            let distance = symbols(scalar(0, contribution.inputIndex)) - symbols(scalar(1, index))
            return LocalStory(
                meaning: .fraction(.row([.name("2"), .parenthesized(distance)]), .name(String(count))))
        case .normalize(let normalize):
            let group = normalize.grouping.group(of: index)
            let spread = Formula.root(symbols(scalar(2, group)) + "ε")
            switch contribution.operand {
            case 0: return LocalStory(meaning: .fraction("1", spread))
            case 1: return LocalStory(meaning: -.fraction("1", spread))
            default:
                let distance = symbols(scalar(0, index)) - symbols(scalar(1, group))
                return LocalStory(
                    meaning: -.fraction(
                        distance,
                        .row([
                            .name("2"), .sup(.parenthesized(symbols(scalar(2, group)) + "ε"), .row(["3", .sign(.slash), "2"])),
                        ])))
            }
        case .scaleAndShift(let rule):
            let channel = index / rule.inner % trace.tape[operands[1]].shape.reduce(1, *)
            switch contribution.operand {
            case 0: return read(scalar(1, channel), "the scale")
            case 1: return read(scalar(0, index), "the normalized")
            default: return constant
            }
        case .softmax:
            let p = symbols(ScalarID(contribution.output, index))
            let other = symbols(ScalarID(contribution.output, contribution.inputIndex))
            return LocalStory(
                meaning: index == contribution.inputIndex
                    ? p * .parenthesized(.name("1") - p) : -(p * other))
        case .loss(let loss): return local(of: loss, scalar(0, contribution.inputIndex), operands, slope: contribution.local)
        case .penalty: return LocalStory(meaning: "λ" * symbols(ScalarID(contribution.input, contribution.inputIndex)))
        case .singularValue:
            return LocalStory(
                meaning: .row([.sub("u", "1"), .transposed(.sub("v", "1"))]), words: .words("its singular vectors"))
        case .divideByScalar:
            let divisor = symbols(scalar(1, 0))
            if contribution.operand == 0 { return LocalStory(meaning: .fraction("1", divisor)) }
            return LocalStory(meaning: -.fraction(symbols(ScalarID(contribution.output, index)), divisor))
        }
    }

    /// The other factor of a product in a weighted sum.
    private func partner(of contribution: Contribution, _ primitive: Primitive, _ operands: [Tape.ID]) -> ScalarID {
        var entries: [[Int]] = [[], []]
        primitive.rules.localDerivatives(
            of: contribution.outputIndex, operands: operands.map { trace.pass.value($0) },
            output: trace.pass.value(contribution.output)
        ) { operand, entry, _ in if operand < 2 { entries[operand].append(entry) } }
        let place = entries[contribution.operand].firstIndex(of: contribution.inputIndex) ?? 0
        let other = 1 - contribution.operand
        return ScalarID(operands[other], entries[other][place])
    }

    private func local(
        of function: Pairwise, operand: Int, _ a: ScalarID, _ b: ScalarID, _ contribution: Contribution
    ) -> LocalStory {
        let (x, y) = (symbols(a), symbols(b))
        switch function {
        case .add, .subtract: return LocalStory(meaning: .number(contribution.local))
        case .max, .min:
            return LocalStory(
                meaning: .number(contribution.local),
                words: .words(contribution.local == 1 ? "passes on the \(function.rawValue)" : "not the \(function.rawValue)"))
        case .multiply:
            let other = operand == 0 ? b : a
            return LocalStory(
                meaning: symbols(other), words: .row([.words("the other factor "), symbols(other)]), source: other)
        case .divide:
            if operand == 0 { return LocalStory(meaning: .fraction("1", y)) }
            return LocalStory(meaning: -.fraction(x, .sup(y, "2")))
        case .power:
            if operand == 1 { return LocalStory(meaning: .sup(x, y) * .name("ln")(x)) }
            let exponent = value(b)
            return LocalStory(meaning: y * (exponent == 2 ? x : .sup(x, y - .name("1"))))
        }
    }

    private func local(of loss: BatchLoss, _ y: ScalarID, _ operands: [Tape.ID], slope: Double) -> LocalStory {
        let shape = trace.tape[operands[0]].shape
        let n = loss.divisor(for: shape)
        func mean(_ formula: Formula) -> LocalStory {
            LocalStory(meaning: n == 1 ? formula : .fraction(formula, .number(n)))
        }
        func share(_ formula: Formula) -> LocalStory { mean(n == 1 ? .parenthesized(formula) : formula) }
        switch loss {
        case .halfSquaredError: return share(symbols(y) - symbols(ScalarID(operands[1], y.index)))
        case .meanSquaredError:
            return mean(.row([.name("2"), .parenthesized(symbols(y) - symbols(ScalarID(operands[1], y.index)))]))
        case .binaryCrossEntropy: return share(.name("σ")(symbols(y)) - symbols(ScalarID(operands[1], y.index)))
        // The loss alone uses the scores, and then tells its derivative as a formula.
        case .crossEntropy: return LocalStory(meaning: .number(slope))
        }
    }
}
