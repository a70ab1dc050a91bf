import Autodiff
import NeuralNetworks
import Notation
import Traces

extension Application {
    /// The part of its layer that the result is.
    fileprivate var part: Part? { teller.trace.role(of: output)?.part }

    /// The beginning of a question about an entry of [batch, heads, …]: the head, if there are several, and "how".
    func how(of index: Int) -> String {
        let shape = teller.trace.tape[output].shape
        return shape[1] > 1 ? "Head \(shape.index(ofFlat: index)[1] + 1): how" : "How"
    }

    /// The time step of an axis of the result, from 1.
    fileprivate func step(_ axis: Int, of index: Int) -> Int { teller.trace.tape[output].shape.index(ofFlat: index)[axis] + 1 }
}

extension HeadProjection: WeightedSum {
    var face: Formula { .symbol("Σ", .upright) }

    /// The purpose of the projection for a time step.
    private func purpose(_ application: Application) -> (question: String, sentence: String) {
        if application.part == .query {
            return (": what does the step look for?", "is a part of the query: what its time step looks for in the others.")
        }
        if application.part == .key { return (": by what is the step found?", "is a part of the key: what its time step is found by.") }
        return (": what does the step hand on?", "is a part of the value: what its time step hands on to those that attend to it.")
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([name, .words(purpose(application).question)])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" is a weighted sum in the same way; every time step has the same weights.")]) }
        return .row([name, .words(" " + purpose(application).sentence)])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let product = Formula.row([application.tensor(1), application.tensor(0)])
        let cut = heads > 1 ? " Of the \(heads) heads each takes its own rows." : ""
        return (
            application.operands.count > 2 ? product + application.tensor(2) : product,
            .words("\(application.each)For each time step, with the same weights.\(cut)")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        switch operand {
        case 0:
            return (
                .row([.transposed(application.tensor(1)), upstream]),
                "Three ways lead back to the sequence: through the queries, through the keys and through the values; they are added."
            )
        case 1:
            return (
                .row([.large(.sum, below: "t", above: nil), upstream, .transposed(application.tensor(0))]),
                "δxᵀ, summed over the time steps\(application.hasBatch ? " and the batch" : ""): all of them use these weights."
            )
        default:
            return (.row([.large(.sum, below: "t", above: nil), upstream]), "A bias is used at each time step: summed over them.")
        }
    }
}

extension AttentionScores: ToldOperation {
    var face: Formula { .row(["q", .sign(.dot), "k"]) }

    /// Whether scores are divided by the square root of the size, as is usual.
    private func isStandard(_ application: Application) -> Bool { scale == 1 / Double(application.shape(0)[3]).squareRoot() }

    private func pair(of index: Int, _ application: Application) -> (query: Int, key: Int) {
        let time = application.shape(0)[2]
        return (index / time, index / (time * time) * time + index % time)
    }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let (size, (query, key)) = (application.shape(0)[3], pair(of: index, application))
        let terms = (0..<size).map { column in
            let (q, k) = (application.scalar(0, query * size + column), application.scalar(1, key * size + column))
            return SumTerm(
                told: application.number(q) * application.number(k), value: application.teller.value(q) * application.teller.value(k),
                isChosen: application.teller.isChosen(q) || application.teller.isChosen(k))
        }
        let sum = application.teller.sum(terms, of: .product)
        if scale == 1 { return .arithmetic(sum) }
        if isStandard(application) { return .arithmetic(sum / .function(.sqrt, [.number(Double(size))])) }
        return .arithmetic(.number(scale) * sum)
    }

    /// A formula with the scale of the scores.
    private func scaled(_ formula: Formula, _ application: Application) -> Formula {
        if scale == 1 { return formula }
        if isStandard(application) { return .fraction(formula, .root(.name(String(application.shape(0)[3])))) }
        return .row([.number(scale), .sign(.dot), formula])
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let (size, (query, key)) = (application.shape(0)[3], pair(of: contribution.outputIndex, application))
        let column = contribution.inputIndex % size
        let isQuery = contribution.operand == 0
        let partner = application.scalar(1 - contribution.operand, (isQuery ? key : query) * size + column)
        if scale == 1 { return application.read(partner, isQuery ? "the key" : "the query") }
        return LocalStory(
            meaning: scaled(application.teller.symbols(partner), application),
            words: .words(isQuery ? "the key, scaled" : "the query, scaled"))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        if isGroup { return .row([.words("How well do queries and keys fit, "), name, .words("?")]) }
        return .row([
            .words("\(application.how(of: index)) well does the query of step \(application.step(2, of: index)) fit the key of step "),
            .words("\(application.step(3, of: index)), "), name, .words("?"),
        ])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" is the score of another pair of time steps.")]) }
        let why = isStandard(application) && scale != 1 ? ", divided by √size, so that long vectors don't make large scores" : ""
        return .row([name, .words(" multiplies query and key entry by entry and adds up\(why).")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            scaled(.row([application.tensor(0), .transposed(application.tensor(1))]), application),
            .words("\(application.each)Every query with every key, within each head: row = the query's time step, column = the key's.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        if operand == 0 {
            return (
                scaled(.row([upstream, application.tensor(1)]), application),
                "A query collects the keys, each times the gradient of their score: a row of δ."
            )
        }
        return (
            scaled(.row([.transposed(upstream), application.tensor(0)]), application),
            "A key collects the queries, each times the gradient of their score: a column of δ."
        )
    }

    var convention: String? {
        scale == 1 ? "Attention scores are not scaled" : "Attention scores are multiplied by \(Numeral(scale).text)"
    }
}

extension AttentionContext: ToldOperation {
    var face: Formula { .row(["α", .sign(.dot), "v"]) }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let teller = application.teller
        var weights: [ScalarID] = []
        var values: [ScalarID] = []
        let pass = teller.trace.pass
        localDerivatives(
            of: index, operands: application.operands.map { pass.value($0) }, output: pass.value(application.output)
        ) { operand, entry, _ in
            if operand == 0 { weights.append(application.scalar(0, entry)) } else { values.append(application.scalar(1, entry)) }
        }
        let pairs = Array(zip(weights, values))
        // Masked entries add nothing.
        let seen = pairs.filter { teller.value($0.0) != 0 }
        let terms = (seen.isEmpty ? pairs : seen).map { weight, value in
            SumTerm(
                told: application.number(weight) * application.number(value), value: teller.value(weight) * teller.value(value),
                isChosen: teller.isChosen(weight) || teller.isChosen(value))
        }
        return .arithmetic(teller.sum(terms, of: .product))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let value = application.shape(1)
        let (heads, time, size) = (value[1], value[2], value[3])
        let (row, column) = (contribution.outputIndex / (heads * size), contribution.outputIndex % (heads * size))
        let head = row / time * heads + column / size
        let (first, entry) = ((head * time + row % time) * time, contribution.inputIndex)
        if contribution.operand == 0 {
            return application.read(application.scalar(1, (head * time + entry - first) * size + column % size), "the value")
        }
        return application.read(application.scalar(0, first + entry / size - head * time), "the attention weight")
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        if isGroup { return .row([.words("What do the steps gather, "), name, .words("?")]) }
        return .row([.words("What does step \(application.step(1, of: index)) gather, "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" mixes values in the same way.")]) }
        return .row([name, .words(" mixes the values of the time steps, each by how much attention it gets.")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let heads = application.shape(1)[1]
        return (
            .row([application.tensor(0), application.tensor(1)]),
            .words(
                "\(application.each)\(heads > 1 ? "Within each head; the heads stand side by side." : "Each row of weights mixes the values.")"
            )
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        if operand == 0 {
            return (
                .row([application.upstream, .transposed(application.tensor(1))]),
                "A weight's gradient says how well the value that it lets in points along the upstream gradient; masked weights have one too, but their scores don't."
            )
        }
        return (
            .row([.transposed(application.tensor(0)), application.upstream]),
            "A value collects the gradients of all steps that attend to it, each times its weight."
        )
    }
}
