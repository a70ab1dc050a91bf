package import Autodiff
package import Notation

extension Storyteller {
    /// How a forward value came about, from the values that it was computed from.
    func explanation(of scalar: ScalarID) -> Explanation {
        guard case .result(let primitive, let operands) = trace.tape[scalar.tensor].origin else {
            // Steps tell no source's value.
            return .stated(.words("given"))
        }
        func operand(_ operand: Int, _ index: Int) -> Arithmetic { .leaf(leaf(ScalarID(operands[operand], index))) }
        switch primitive {
        case .pointwise(.complement) where isSaturated(value(ScalarID(operands[0], scalar.index))):
            return .arithmetic(complement(operands[0], scalar.index))
        case .pointwise(let function):
            return .arithmetic(function.row.written(leaf(ScalarID(operands[0], scalar.index))))
        case .pairwise(let function):
            return .arithmetic(function.arithmetic(operand(0, scalar.index), operand(1, scalar.index)))
        case .dense, .convolution:
            let sum = weightedSum(scalar, primitive, operands)
            if sum.leaves.count == 1, let only = sum.leaves.first, only.role == .quiet, let words = only.symbol {
                return .stated(.row([words, .words(" together")]))
            }
            return .arithmetic(sum)
        case .copying(let copying):
            let (from, entry) = copying.source(
                of: scalar.index, first: trace.tape[operands[0]].shape, operands: operands.count)
            return .arithmetic(operand(from, entry))
        case .mean(let mean):
            let members = members(of: scalar.index, in: mean.grouping, operands[0])
            let terms = members.map { SumTerm(told: .leaf(leaf($0)), value: value($0), isChosen: isChosen($0)) }
            return .arithmetic(sum(terms, of: .value) / number(Double(members.count)))
        case .variance(let variance):
            let members = members(of: scalar.index, in: variance.grouping, operands[0])
            let mean = operand(1, scalar.index)
            let terms = members.map { member in
                let distance = value(member) - value(ScalarID(operands[1], scalar.index))
                return SumTerm(
                    told: .power(.leaf(leaf(member)) - mean, number(2)), value: distance * distance,
                    isChosen: isChosen(member))
            }
            return .arithmetic(sum(terms, of: .square) / number(Double(members.count)))
        case .normalize(let normalize):
            let group = normalize.grouping.group(of: scalar.index)
            let spread = Arithmetic.function(.sqrt, [operand(2, group) + number(normalize.epsilon, "ε")])
            return .arithmetic((operand(0, scalar.index) - operand(1, group)) / spread)
        case .scaleAndShift(let rule):
            let channel = scalar.index / rule.inner % trace.tape[operands[1]].shape.reduce(1, *)
            return .arithmetic(operand(1, channel) * operand(0, scalar.index) + operand(2, channel))
        case .softmax:
            let classes = trace.tape[scalar.tensor].shape.last ?? 1
            let row = scalar.index / classes * classes..<(scalar.index / classes + 1) * classes
            let terms = row.map { index in
                let score = ScalarID(operands[0], index)
                return SumTerm(
                    told: .function(.exp, [.leaf(leaf(score))]), value: Pointwise.exp(value(score)),
                    isChosen: isChosen(score))
            }
            return .arithmetic(
                .function(.exp, [operand(0, scalar.index)]) / sum(terms, of: .exponential))
        case .loss(let loss): return .arithmetic(arithmetic(of: loss, operands))
        case .penalty(let penalty):
            let weights = operands.flatMap { id in
                trace.pass.value(id).scalars.indices.map { ScalarID(id, $0) }
            }
            let squares = weights.map {
                SumTerm(told: .power(.leaf(leaf($0)), number(2)), value: value($0) * value($0), isChosen: isChosen($0))
            }
            return .arithmetic(number(penalty.lambda, "λ") / number(2) * sum(squares, of: .square))
        case .singularValue:
            return .stated(.words("the largest singular value of the weight matrix"))
        case .divideByScalar: return .arithmetic(operand(0, scalar.index) / operand(1, 0))
        }
    }

    /// 1 − y of a y near 1; σ(−x) where y is σ(x), as the number was computed: the digits of y do not give it.
    private func complement(_ operand: Tape.ID, _ index: Int) -> Arithmetic {
        guard case .result(.pointwise(.sigmoid), let scores) = trace.tape[operand].origin else {
            return number(1) - .leaf(leaf(ScalarID(operand, index)))
        }
        return .function(.sigmoid, [.negation(.leaf(leaf(ScalarID(scores[0], index))))])
    }

    /// Σ wᵢxᵢ + b, in the order of the operation's own local derivatives.
    private func weightedSum(_ scalar: ScalarID, _ primitive: Primitive, _ operands: [Tape.ID]) -> Arithmetic {
        var inputs: [ScalarID] = []
        var weights: [ScalarID] = []
        var bias: ScalarID?
        primitive.rules.localDerivatives(
            of: scalar.index, operands: operands.map { trace.pass.value($0) }, output: trace.pass.value(scalar.tensor)
        ) { operand, entry, _ in
            switch operand {
            case 0: inputs.append(ScalarID(operands[0], entry))
            case 1: weights.append(ScalarID(operands[1], entry))
            default: bias = ScalarID(operands[2], entry)
            }
        }
        let terms = zip(weights, inputs).map { weight, input in
            SumTerm(
                told: .leaf(leaf(weight)) * .leaf(leaf(input)), value: value(weight) * value(input),
                isChosen: isChosen(input))
        }
        return sum(terms, plus: bias.map { [.leaf(leaf($0))] } ?? [], of: .product)
    }

    private func members(of group: Int, in grouping: Grouping, _ id: Tape.ID) -> [ScalarID] {
        var members: [ScalarID] = []
        grouping.forEachRun(of: group, entries: trace.tape[id].shape.reduce(1, *)) { members += $0.map { ScalarID(id, $0) } }
        return members
    }

    private func arithmetic(of loss: BatchLoss, _ operands: [Tape.ID]) -> Arithmetic {
        let shape = trace.tape[operands[0]].shape
        let n = loss.divisor(for: shape)
        let outputs = (0..<shape.reduce(1, *)).map { ScalarID(operands[0], $0) }
        let targets = trace.pass.value(operands[1]).scalars
        func target(_ index: Int) -> Arithmetic { .leaf(leaf(ScalarID(operands[1], index))) }
        func mean(_ sum: Arithmetic) -> Arithmetic { n == 1 ? sum : sum / number(n) }
        switch loss {
        case .halfSquaredError, .meanSquaredError:
            let squares = outputs.enumerated().map { index, y in
                let error = value(y) - targets[index]
                return SumTerm(
                    told: .power(.leaf(leaf(y)) - target(index), number(2)), value: error * error, isChosen: isChosen(y))
            }
            let total = sum(squares, of: .square)
            return mean(loss == .halfSquaredError ? number(0.5) * total : total)
        case .binaryCrossEntropy:
            let terms = outputs.enumerated().map { index, y in
                let cost = BatchLoss.binaryCrossEntropy(score: value(y), target: targets[index])
                var told = Arithmetic.function(.softplus, [.leaf(leaf(y))]) - target(index) * .leaf(leaf(y))
                if BatchLoss.isCertain(value(y), targets[index]) {
                    // softplus(y) and t·y agree in every digit that is printed: told as it is computed.
                    let missing = Arithmetic.function(.softplus, [.negation(.leaf(leaf(y)))])
                    told = targets[index] == 1 ? missing : missing + (number(1) - target(index)) * .leaf(leaf(y))
                }
                return SumTerm(told: told, value: cost, isChosen: isChosen(y))
            }
            return mean(sum(terms, of: .sample))
        case .crossEntropy:
            let classes = shape.last ?? 1
            let terms = targets.enumerated().map { row, target in
                let scores = (0..<classes).map { ScalarID(operands[0], row * classes + $0) }
                let exponentials = scores.map {
                    SumTerm(
                        told: .function(.exp, [.leaf(leaf($0))]), value: Pointwise.exp(value($0)), isChosen: isChosen($0))
                }
                return SumTerm(
                    told: .function(.ln, [sum(exponentials, of: .exponential)]) - .leaf(leaf(scores[Int(target)])),
                    value: BatchLoss.crossEntropy(scores.map(value), right: Int(target)))
            }
            return mean(sum(terms, of: .sample))
        }
    }
}

extension Pairwise {
    func arithmetic(_ a: Arithmetic, _ b: Arithmetic) -> Arithmetic {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: .power(a, b)
        case .max: .function(.max, [a, b])
        case .min: .function(.min, [a, b])
        }
    }
}
