import Autodiff
import NeuralNetworks
import Notation
import Traces

/// The questions and the sentences of a telling.
extension Storyteller {
    /// What is asked of the values of one tensor.
    func question(value scalar: ScalarID, isGroup: Bool) -> Formula {
        let name = isGroup ? groupName(scalar.tensor) : symbols(scalar)
        guard case .result(let primitive, let operands) = trace.tape[scalar.tensor].origin else {
            // Steps tell no source's value.
            return .row([.words("What is "), name, .words("?")])
        }
        if let cell = CellPart(trace.role(of: scalar.tensor)), let asked = cell.question {
            return .row([.words(asked + " "), name, .words("?")])
        }
        switch primitive {
        case .dense, .convolution: return .row([.words("What arrives at "), name, .words("?")])
        case .pointwise(let function) where function.isActivation && function != .identity && !isGroup:
            let operand = symbols(ScalarID(operands[0], scalar.index))
            return .row([.words("What does "), function.row.name, .words(" make of "), operand, .words("?")])
        case .mean: return .row([.words("Around which mean "), name, .words(" does the group lie?")])
        case .variance: return .row([.words("How widely is the group spread: "), name, .words("?")])
        case .normalize: return .row([.words("Where does "), name, .words(" stand in its group?")])
        case .scaleAndShift: return .row([.words("What do scale and shift make of it: "), name, .words("?")])
        case .softmax: return .row([.words("Which share is "), name, .words("?")])
        case .loss, .penalty: return .row([.words("How large is "), name, .words("?")])
        case .pointwise, .pairwise, .copying, .singularValue, .divideByScalar:
            return .row([.words("How large is "), name, .words("?")])
        }
    }

    func question(gradient scalar: ScalarID, isGroup: Bool) -> Formula {
        let result: Formula = trace.lowered == nil ? symbols.resultName : .words("the loss")
        if isGroup {
            return .row([.words("How much does "), groupName(scalar.tensor), .words(" move "), result, .words("?")])
        }
        return .row([
            .words("How much does \(kind(of: scalar.tensor))"), symbols(scalar), .words(" move "), result, .words("?"),
        ])
    }

    func question(update scalar: ScalarID, isGroup: Bool) -> Formula {
        .row([
            .words("Where does the step take "), isGroup ? groupName(scalar.tensor) : symbols(scalar), .words("?"),
        ])
    }

    /// "the weight " and the like before a symbol.
    private func kind(of id: Tape.ID) -> String {
        if case .source(.input) = trace.tape[id].origin { return trace.lowered == nil ? "" : "the input " }
        guard let parameter = trace.lowered?.parameters.first(where: { $0.id == id }) else { return "" }
        switch parameter.key.kind {
        case .weight: return "the weight "
        case .bias: return "the bias "
        case .scale: return "the scale "
        case .shift: return "the shift "
        }
    }

    /// A tensor as a whole: "the weights W²", by its symbol, or by its name in the lesson where it has none.
    private func groupName(_ id: Tape.ID) -> Formula {
        guard symbols.names(id), trace.lowered != nil else { return .words(trace.tape[id].name) }
        let isParameter = trace.tape[id].origin == .source(.parameter)
        return isParameter ? .row([.words("all of "), symbols.tensor(id)]) : symbols.tensor(id)
    }
}

extension Storyteller {
    /// - Parameter isFirst: whether no step has told of the tensor before; what was said once is not said again.
    func sentence(value scalar: ScalarID, isFirst: Bool, isGroup: Bool, _ precision: Precision) -> Formula {
        guard case .result(let primitive, let operands) = trace.tape[scalar.tensor].origin else { return .row([]) }
        let name = symbols(scalar)
        let number = Formula.number(precision.numeral(value(scalar), key: .value(scalar.key)))
        if let cell = CellPart(trace.role(of: scalar.tensor)), let told = cell.sentence {
            guard !isGroup, let gated = cell.gated else { return .row([name, .words(" " + (isFirst ? told : cell.shortly ?? told))]) }
            return .row([name, .words(" is a sigmoid: of \(gated) it lets through "), number, .words(".")])
        }
        switch primitive {
        case .dense where !isFirst:
            return .row([name, .words(" adds up what arrives in the same way, with weights of its own.")])
        case .convolution where !isFirst:
            return .row([name, .words(" adds up the window at its own place; within a channel the weights are the same.")])
        case .scaleAndShift where !isFirst: return .row([name, .words(" is scaled and shifted as well, by what was learned.")])
        case .dense:
            let bias = operands.count > 2 ? ", and the bias" : ""
            return .row([name, .words(" adds up what arrives, each input times its weight\(bias).")])
        case .convolution:
            return .row([
                name,
                .words(
                    " adds up the window under the kernel, each entry times the weight that lies on it; every position shares these weights."
                ),
            ])
        case .pointwise(let function): return sentence(function, ScalarID(operands[0], scalar.index), scalar, precision)
        case .pairwise(let function): return sentence(function, scalar)
        case .copying: return .row([name, .words(" is passed on as it is.")])
        case .mean: return .row([name, .words(" is the mean of the values that are normalized together.")])
        case .variance: return .row([name, .words(" is their mean squared distance from the mean, without correction.")])
        case .normalize:
            return .row([name, .words(" says how many standard deviations the value lies from the mean.")])
        case .scaleAndShift:
            return .words("A learned scale and a learned shift give back the freedom that normalizing took.")
        case .softmax: return .row([name, .words(" is the exponential's share of the sum of all.")])
        case .loss:
            return .row([
                .words("Backpropagation now asks what each number would change about these "), number, .words("."),
            ])
        case .penalty: return .words("Large weights cost as well, so each is pulled towards 0.")
        case .singularValue: return .row([name, .words(" is the most by which the matrix stretches any vector.")])
        case .divideByScalar where !isFirst: return .row([name, .words(" is divided by it as well.")])
        case .divideByScalar: return .words("Divided by it, the matrix stretches no vector by more than 1.")
        }
    }

    private func sentence(_ function: Pointwise, _ x: ScalarID, _ y: ScalarID, _ precision: Precision) -> Formula {
        let slope = precision.numeral(
            function.derivative(at: value(x), value: value(y)), key: .local(NumberKey.Use(from: x.key, to: y.key, operand: 0)))
        let prime: Formula = .row([.prime(function.row.name), .parenthesized(symbols(x))])
        let told: [Formula] = [.words(" The slope here is "), prime, .words(" = "), .number(slope), .words(".")]
        switch function.row.manner {
        case .squashes(let range):
            return .row([function.row.name, .words(" squashes "), symbols(x), .words(" into \(range).")] + told)
        case .rectifies:
            return value(x) > 0
                ? .row([.words("Positive, so ReLU passes "), symbols(x), .words(" on unchanged, and later its gradient.")])
                : .row([
                    .words("Not positive, so ReLU gives 0: the unit is silent, and no gradient will pass to "),
                    symbols(x), .words("."),
                ])
        case .bends: return .row([function.row.name, .words(" bends "), symbols(x), .words(".")] + told)
        case .passesOn: return .row([symbols(y), .words(" is passed on as it is.")])
        case .computes: return .row([symbols(y), .words(" is computed from "), symbols(x), .words(".")])
        }
    }

    private func sentence(_ function: Pairwise, _ scalar: ScalarID) -> Formula {
        let name = symbols(scalar)
        switch function {
        case .add: return .row([name, .words(" is a sum: backward, each term will get the whole gradient.")])
        case .subtract: return .row([name, .words(" is a difference: backward, the second term's gradient turns its sign.")])
        case .multiply: return .row([name, .words(" is a product: backward, each factor will be scaled by the other.")])
        case .divide: return .row([name, .words(" is a quotient.")])
        case .power: return .row([name, .words(" is a power.")])
        case .max: return .row([name, .words(" is the larger: backward, only it will get the gradient.")])
        case .min: return .row([name, .words(" is the smaller: backward, only it will get the gradient.")])
        }
    }

    func sentence(gradient scalar: ScalarID, isFirst: Bool) -> Formula {
        let uses = contributions(to: scalar).count
        let slope = gradient(scalar)
        let name = symbols(scalar)
        let result = symbols.resultName
        let added = meeting(scalar, isFirst: isFirst)
        if uses == 0 { return .row([.words("Nothing that "), result, .words(" is made of uses "), name, .words(".")]) }
        if slope.isNaN || slope.isInfinite {
            return .row(added + [.words("The gradient left the range of numbers: "), .number(slope), .words(".")])
        }
        if isFirst, let reason = reason(scalar) { return .row(added + [.words(reason)]) }
        if slope == 0 { return .row(added + [.words("Zero: near here "), name, .words(" does not move "), result, .words(".")]) }
        if isParameter(scalar) {
            return .row(
                added + [
                    .words(slope > 0 ? "Positive: raising " : "Negative: raising "), name,
                    .words(slope > 0 ? " raises " : " lowers "), result, .words(", so descent "),
                    .words(slope > 0 ? "lowers " : "raises "), name, .words("."),
                ])
        }
        return .row(
            added + [
                .words("If "), name, .words(" grew by 0.01, "), result,
                .words(slope > 0 ? " would grow by about " : " would fall by about "),
                .number(abs(slope) * 0.01, digits: 3), .words("."),
            ])
    }
}
