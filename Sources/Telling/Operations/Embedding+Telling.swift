import Autodiff
import Notation
import Traces

extension Embedding: ToldOperation {
    var face: Formula { .words("embed") }

    private func source(of index: Int, _ application: Application) -> Int {
        source(of: index, tokens: application.teller.trace.pass.value(application.operands[0]).scalars, size: application.shape(1)[1])
    }

    /// The token whose row an entry comes from.
    private func token(of index: Int, _ application: Application) -> Int {
        source(of: index, application) / application.shape(1)[1]
    }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        .arithmetic(application.number(1, source(of: index, application)))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        LocalStory(meaning: "1", words: .words("token \(token(of: contribution.outputIndex, application)), whose row it is"))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        if isGroup { return .row([.words("Which rows of the table are "), name, .words("?")]) }
        return .row([.words("What is "), name, .words(" in the row of token \(token(of: index, application))?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" is looked up in the row of token \(token(of: index, application)).")]) }
        return .row([
            name,
            .words(
                " is looked up, not computed: it stands in the row of token \(token(of: index, application)). A token's number has no gradient; its row has."
            ),
        ])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .sub(application.tensor(1), application.tensor(0)),
            .words("\(application.each)For each time step the row of its token: the rows with those numbers, from 0.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (
            .row([.large(.sum, below: .words("places of the token"), above: nil), application.upstream]),
            "Each row adds up the gradients of the places where its token stands; the row of a token that doesn't occur gets 0."
        )
    }

    var convention: String? { "Tokens are numbered from 0" }
}

extension AddToEachSample: ToldOperation {
    var face: Formula { .sign(.plus) }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        .arithmetic(application.number(0, index) + application.number(1, index % application.count(1)))
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" adds what belongs to its own place.")]) }
        return .row([name, .words(" adds what belongs to its place, so that equal tokens at different places differ.")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (application.tensor(0) + application.tensor(1), .words("\(application.each)A vector of its own for each time step."))
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        if operand == 0 { return (application.upstream, "A sum hands the whole gradient to each of its terms.") }
        return (
            application.summedOverBatch(application.upstream),
            application.hasBatch
                ? "All samples share the vectors: summed over the batch." : "A sum hands the whole gradient to each of its terms."
        )
    }
}
