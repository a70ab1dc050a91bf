import Autodiff
import Notation
import Traces

/// Σ wᵢxᵢ + b: operands x, W and, if there is one, b.
protocol WeightedSum: ToldOperation, DifferentiationRules {}

extension WeightedSum {
    /// In the order of the operation's own local derivatives.
    func explanation(of index: Int, _ application: Application) -> Explanation {
        let teller = application.teller
        var inputs: [ScalarID] = []
        var weights: [ScalarID] = []
        var bias: ScalarID?
        forEachUse(of: index, application) { operand, scalar in
            switch operand {
            case 0: inputs.append(scalar)
            case 1: weights.append(scalar)
            default: bias = scalar
            }
        }
        let terms = zip(weights, inputs).map { weight, input in
            SumTerm(
                told: application.number(weight) * application.number(input), value: teller.value(weight) * teller.value(input),
                isChosen: teller.isChosen(input))
        }
        let sum = teller.sum(terms, plus: bias.map { [application.number($0)] } ?? [], of: .product)
        if sum.leaves.count == 1, let only = sum.leaves.first, only.role == .quiet, let words = only.symbol {
            return .stated(.row([words, .words(" together")]))
        }
        return .arithmetic(sum)
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        guard contribution.operand < 2 else { return LocalStory(meaning: .number(contribution.local)) }
        return application.read(partner(of: contribution, application), contribution.operand == 0 ? "the weight" : "the input")
    }

    /// The other factor of a product.
    private func partner(of contribution: Contribution, _ application: Application) -> ScalarID {
        var scalars: [[ScalarID]] = [[], []]
        forEachUse(of: contribution.outputIndex, application) { operand, scalar in if operand < 2 { scalars[operand].append(scalar) } }
        let place = scalars[contribution.operand].firstIndex { $0.index == contribution.inputIndex } ?? 0
        return scalars[1 - contribution.operand][place]
    }

    /// Calls `visit` with every scalar that a scalar of the result depends on, and its operand.
    private func forEachUse(of index: Int, _ application: Application, _ visit: (_ operand: Int, _ scalar: ScalarID) -> Void) {
        let pass = application.teller.trace.pass
        localDerivatives(
            of: index, operands: application.operands.map { pass.value($0) }, output: pass.value(application.output)
        ) { operand, entry, _ in visit(operand, application.scalar(operand, entry)) }
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What arrives at "), name, .words("?")])
    }
}
