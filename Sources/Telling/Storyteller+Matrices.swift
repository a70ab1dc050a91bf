import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The rules for whole tensors: Wx + b forward, δxᵀ and Wᵀδ backward.
extension Storyteller {
    func matrixForm(value id: Tape.ID) -> MatrixForm? {
        guard saysMore(id), case .result(let primitive, let operands) = trace.tape[id].origin,
            let rule = rule(primitive, operands, id)
        else { return nil }
        return MatrixForm(
            rule: .equation(symbols.tensor(id), rule.formula), remark: rule.remark,
            numbers: chosen == nil ? forwardNumbers(primitive, operands, id) : nil)
    }

    func matrixForm(gradient id: Tape.ID) -> MatrixForm? {
        guard saysMore(id), id != trace.pass.result else { return nil }
        var terms: [(formula: Formula, remark: String)] = []
        for consumer in told(usesOf: id) {
            guard case .result(let primitive, let operands) = trace.tape[consumer.output].origin else { continue }
            for (place, operand) in operands.enumerated() where operand == consumer.operand {
                terms.append(pullback(primitive, place, operands, consumer.output))
            }
        }
        guard !terms.isEmpty else { return nil }
        let mostTerms = 4
        var row: [Formula] = []
        for term in terms.prefix(mostTerms) {
            if !row.isEmpty { row.append(.sign(.plus)) }
            row += term.formula.parts
        }
        if terms.count > mostTerms { row += [.sign(.plus), .sign(.ellipsis)] }
        var remarks: [String] = []
        for term in terms where !term.remark.isEmpty && !remarks.contains(term.remark) { remarks.append(term.remark) }
        return MatrixForm(
            rule: .equation(symbols.gradient(ofTensor: id), .row(row)),
            remark: .words(remarks.prefix(2).joined(separator: " ")), numbers: chosen == nil ? backwardNumbers(id) : nil)
    }

    /// Whether a tensor has several scalars, so that the rule for all at once isn't the rule for one again.
    private func saysMore(_ id: Tape.ID) -> Bool {
        if trace.lowered == nil { return false }
        if trace.tape[id].shape.reduce(1, *) > 1 { return true }
        // A single statistic or parameter that a whole group shares.
        return uses(of: id).contains { trace.tape[$0].shape.reduce(1, *) > 1 }
    }

    /// The uses of a tensor, past nameless copies, and the tensor that stands there as the operand.
    private func told(usesOf id: Tape.ID) -> [(output: Tape.ID, operand: Tape.ID)] {
        uses(of: id).flatMap { use in isNamelessCopy(use) ? told(usesOf: use) : [(use, id)] }
    }
}

extension Storyteller {
    private var hasBatch: Bool { (trace.lowered?.problem.inputs.shape[0] ?? 1) > 1 }

    /// What stands right of the equals sign.
    private func rule(
        _ primitive: Primitive, _ operands: [Tape.ID], _ output: Tape.ID
    ) -> (formula: Formula, remark: Formula)? {
        func tensor(_ operand: Int) -> Formula { symbols.tensor(operands[operand]) }
        func entry(_ operand: Int, _ index: Formula) -> Formula { symbols.entry(operands[operand], index) }
        let each = hasBatch ? "For each sample of the batch. " : ""
        switch primitive {
        case .pointwise(let function):
            switch function.row.manner {
            case .passesOn: return (tensor(0), .words("Passed on as it is."))
            case .squashes, .rectifies, .bends: return (function.row.applied(tensor(0)), .words("\(each)Entry by entry."))
            // Other functions than a gate's complement stand in expressions, whose tensors are scalars.
            case .computes: return function == .complement ? ("1" - tensor(0), .words("\(each)Entry by entry.")) : nil
            }
        case .pairwise(let function):
            switch function {
            case .add: return (tensor(0) + tensor(1), .words("\(each)Entry by entry."))
            case .multiply:
                return (.joined([tensor(0), tensor(1)], by: .hadamard), .words("\(each)⊙ multiplies entry by entry."))
            case .subtract, .divide, .power, .max, .min: return nil
            }
        case .dense:
            let product = Formula.row([tensor(1), tensor(0)])
            let formula = operands.count > 2 ? product + tensor(2) : product
            return (formula, .row([.words(each), indexOrder(operands[1])]))
        case .convolution:
            let correlation = Formula.row([tensor(1), .symbol("⋆", .upright), tensor(0)])
            return (
                operands.count > 2 ? correlation + tensor(2) : correlation,
                .words("\(each)⋆ slides the kernel without turning it over: every position uses the same weights.")
            )
        case .copying: return nil
        case .mean:
            let m = groupSize(operands[0], output)
            return (
                .row([.fraction("1", .name(String(m))), .large(.sum, below: "i", above: nil), entry(0, "i")]),
                .words("Over the \(m) values that are normalized together\(sharing(output)).")
            )
        case .variance:
            let m = groupSize(operands[0], output)
            let distance = entry(0, "i") - tensor(1)
            return (
                .row([
                    .fraction("1", .name(String(m))), .large(.sum, below: "i", above: nil),
                    .sup(.parenthesized(distance), "2"),
                ]), .words("The biased variance: divided by \(m), not by \(m) − 1.")
            )
        case .normalize:
            return (
                .fraction(tensor(0) - tensor(1), .root(tensor(2) + "ε")),
                .words("Each value with the mean and the variance of its group.")
            )
        case .scaleAndShift:
            return (.joined([tensor(1), tensor(0)], by: .hadamard) + tensor(2), .words("One scale and one shift a channel."))
        case .softmax:
            return (
                .fraction(.sup("e", tensor(0)), .row([.large(.sum, below: "j", above: nil), .sup("e", entry(0, "j"))])),
                .words("\(each)Over the last axis; the shares add up to 1.")
            )
        case .loss, .penalty: return nil
        case .singularValue:
            return (
                .row([.transposed(.sub(.symbol("u", .bold), "1")), tensor(0), .sub(.symbol("v", .bold), "1")]),
                .words("u₁ and v₁ are the first singular vectors: no unit vector is stretched more than v₁.")
            )
        case .divideByScalar:
            return (.fraction(tensor(0), tensor(1)), .words("Spectral normalization: the largest singular value becomes 1."))
        }
    }

    /// What one use of a tensor adds to its gradient.
    private func pullback(
        _ primitive: Primitive, _ place: Int, _ operands: [Tape.ID], _ output: Tape.ID
    ) -> (formula: Formula, remark: String) {
        func tensor(_ operand: Int) -> Formula { symbols.tensor(operands[operand]) }
        func entry(_ operand: Int, _ index: Formula) -> Formula { symbols.entry(operands[operand], index) }
        let upstream = symbols.gradient(ofTensor: output)
        func entrywise(_ local: Formula) -> Formula { .joined([upstream, local], by: .hadamard) }
        func summed(_ formula: Formula) -> Formula {
            hasBatch ? .row([.large(.sum, below: "n", above: nil)] + formula.parts) : formula
        }
        let overBatch = hasBatch ? " Summed over the samples n of the batch, as the sum of outer products." : ""
        switch primitive {
        case .pointwise(let function):
            switch function {
            case .identity: return (upstream, "")
            case .negate, .complement: return (-upstream, "")
            default: return (entrywise(Formula.prime(function.row.name)(tensor(0))), "⊙ multiplies entry by entry.")
            }
        case .pairwise(let function):
            switch function {
            case .add: return (upstream, "A sum hands the whole gradient to each of its terms.")
            case .subtract: return (place == 0 ? upstream : -upstream, "")
            case .multiply: return (entrywise(tensor(1 - place)), "⊙ multiplies entry by entry; each factor is scaled by the other.")
            case .divide, .power, .max, .min: return (entrywise(.words("local")), "")
            }
        case .dense:
            switch place {
            case 0:
                return (
                    .row([.transposed(tensor(1)), upstream]),
                    "Wᵀδ: backward, the same weights are read along their columns, from the units they lead to."
                )
            case 1:
                return (
                    summed(.row([upstream, .transposed(tensor(0))])),
                    "δxᵀ: row = the unit that a weight leads to, column = the unit that it comes from.\(overBatch)"
                )
            default:
                return (
                    summed(upstream), hasBatch ? "A bias is used once by each sample: summed over the batch." : "A bias is added as it is."
                )
            }
        case .convolution:
            switch place {
            case 0:
                return (
                    .row([tensor(1), .sub(.symbol("∗", .upright), .words("full")), upstream]),
                    "Each entry collects from every position of the kernel that covers it."
                )
            case 1:
                return (
                    summed(.row([upstream, .symbol("⋆", .upright), tensor(0)])),
                    "One weight, many products: each position of the kernel adds its upstream gradient times the entry beneath."
                )
            default:
                return (
                    .sum(over: hasBatch ? .row(["n", .sign(.comma), .words("positions")]) : .words("positions"), upstream),
                    "A bias is shared by all positions of its channel."
                )
            }
        case .copying: return (upstream, "")
        case .mean:
            let m = groupSize(operands[0], output)
            return (.row([.fraction("1", .name(String(m))), upstream]), "Through the mean: every value has the same share of it.")
        case .variance:
            let m = groupSize(operands[0], output)
            guard place == 0 else {
                return (
                    .row([
                        .fraction(-.name("2"), .name(String(m))), .large(.sum, below: "i", above: nil),
                        .parenthesized(entry(0, "i") - tensor(1)), upstream,
                    ]), "Through the variance: the distances add up to 0, so nothing comes this way."
                )
            }
            return (
                .row([.fraction("2", .name(String(m))), .parenthesized(tensor(0) - tensor(1)), upstream]),
                "Three terms meet in ∂L/∂x: through the value's own x̂, through the variance and through the mean."
            )
        case .normalize:
            let spread = tensor(2) + "ε"
            switch place {
            case 0: return (.fraction(upstream, .root(spread)), "Through the value's own x̂.")
            case 1:
                return (
                    -.row([.large(.sum, below: "i", above: nil), .fraction(upstream.summand(), .root(spread))]),
                    "The mean is subtracted from every value of its group: summed over them."
                )
            default:
                return (
                    -.row([
                        .fraction("1", "2"), .large(.sum, below: "i", above: nil), upstream.summand(),
                        .fraction(entry(0, "i") - tensor(1), .sup(.parenthesized(spread), .row(["3", .sign(.slash), "2"]))),
                    ]), "The variance scales every value of its group: summed over them."
                )
            }
        case .scaleAndShift:
            switch place {
            case 0: return (entrywise(tensor(1)), "")
            case 1: return (.sum(over: "i", .joined([upstream, tensor(0)], by: .hadamard)), "Summed over all values of the channel.")
            default: return (.sum(over: "i", upstream), "Summed over all values of the channel.")
            }
        case .softmax:
            let p = symbols.tensor(output)
            let weighted = Formula.row([.transposed(p), upstream])
            return (
                .joined([p, .parenthesized(upstream - weighted)], by: .hadamard),
                "Raising one score lowers the other shares: the mean of the gradients, weighted by the shares, is subtracted."
            )
        case .loss(let loss): return pullback(loss, operands)
        case .penalty: return (.row(["λ", tensor(place)]), "The penalty pulls every weight towards 0, the larger the harder.")
        case .singularValue:
            return (
                .row([upstream, .sub(.symbol("u", .bold), "1"), .transposed(.sub(.symbol("v", .bold), "1"))]),
                "Through the largest singular value, whose derivative by W is u₁v₁ᵀ."
            )
        case .divideByScalar:
            if place == 0 {
                return (
                    .fraction(upstream, tensor(1)), "Two ways: through each entry's own quotient, and through σ₁, which all entries share."
                )
            }
            return (
                -.row([
                    .fraction("1", tensor(1)), .large(.sum, below: .row(["i", "j"]), above: nil), upstream.summand(.row(["i", "j"])),
                    symbols.tensor(output).summand(.row(["i", "j"])),
                ]), "Every entry is divided by σ₁: summed over all of them."
            )
        }
    }

    private func pullback(_ loss: BatchLoss, _ operands: [Tape.ID]) -> (formula: Formula, remark: String) {
        let (y, t) = (symbols.tensor(operands[0]), symbols.tensor(operands[1]))
        let n = loss.divisor(for: trace.tape[operands[0]].shape)
        func mean(_ formula: Formula) -> Formula { n == 1 ? formula : .fraction(formula, .number(n)) }
        switch loss {
        case .halfSquaredError: return (mean(y - t), "The ½ of the loss cancels the 2 of the square.")
        case .meanSquaredError: return (mean(.row(["2", .parenthesized(y - t)])), "The 2 of the square stays: this loss has no ½.")
        case .binaryCrossEntropy:
            return (mean(.name("σ")(y) - t), "The sigmoid's slope cancels the logarithm's: what is left is prediction minus target.")
        case .crossEntropy:
            let p = Formula.row([.name("softmax"), .parenthesized(y)])
            return (
                mean(p - .symbol("y", .bold).target(t)),
                "p − y, the shares minus the target as 0s and one 1: the logarithm's 1/p cancels the p of softmax's slope p(1 − p), and −p of the others."
            )
        }
    }

    /// "w¹₁₂: to unit 1, from unit 2".
    func indexOrder(_ weight: Tape.ID) -> Formula {
        let shape = trace.tape[weight].shape
        guard shape.count == 2 else { return .row([]) }
        let (to, from) = (min(1, shape[0]), min(2, shape[1]))
        let scalar = ScalarID(weight, (to - 1) * shape[1] + from - 1)
        return .row([
            .words("Indices: to, from. "), symbols(scalar), .words(" leads to unit \(to) from unit \(from)."),
        ])
    }

    private func groupSize(_ id: Tape.ID, _ statistics: Tape.ID) -> Int {
        trace.tape[id].shape.reduce(1, *) / max(trace.tape[statistics].shape.reduce(1, *), 1)
    }

    private func sharing(_ statistics: Tape.ID) -> String {
        guard case .result(.mean(let mean), _) = trace.tape[statistics].origin else { return "" }
        switch mean.grouping {
        case .channels: return ": one channel over the batch"
        case .blocks: return ": of one sample, whatever else is in the batch"
        }
    }
}

extension Formula {
    /// The i-th entry, where a sum runs over i.
    fileprivate func summand(_ index: Formula = "i") -> Formula { .sub(.parenthesized(self), index) }

    /// A target as a vector of 0s and one 1, under the letter that the page has for targets.
    fileprivate func target(_ own: Formula) -> Formula { .sub(own, .words("one-hot")) }
}
