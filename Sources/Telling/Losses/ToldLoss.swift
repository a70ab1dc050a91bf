package import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// Everything that explanations need to know about a loss.
protocol ToldLoss: Sendable {
    /// The label inside its node of a graph.
    /// - Parameter n: the divisor of the sum.
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula

    /// The first row of a page's conventions.
    func convention(_ lowered: ConventionTexts) -> Formula

    /// The loss before it is divided for a mean.
    func total(_ scores: Scores) -> Arithmetic

    /// The meaning of the derivative with respect to a score, before the division for a mean. Nil where only the loss uses the scores, and
    /// its derivative is explained as a whole.
    /// - Parameter isFactor: whether it is part of a product, where a difference needs parentheses, rather than a numerator.
    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula?

    /// The same with numbers.
    func derivative(by index: Int, _ scores: Scores) -> Arithmetic

    /// The derivative with respect to all scores, and a remark; t is empty where there are no targets.
    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String)

    /// Why a score has this gradient, with the page's letters for scores and targets.
    func reason(_ y: String, _ t: String) -> String?

    /// The probability that the loss computes from a score, and its target; nil for a loss without probabilities.
    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)?

    /// The symbol of that probability: p₂, σ(y₁).
    func probabilitySymbol(of score: Formula) -> Formula

    /// The function that turns scores into probabilities: softmax(y).
    func probabilityRule(_ scores: Formula) -> Formula?
}

extension ToldLoss {
    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)? { nil }
    func probabilitySymbol(of score: Formula) -> Formula { score }
    func probabilityRule(_ scores: Formula) -> Formula? { nil }
}

extension Formula {
    /// "mean binary cross-entropy" if there are several terms to average.
    static func lossName(_ name: String, over n: Double) -> Formula { .words(n == 1 ? name : "mean \(name)") }

    /// A sum, divided if there are several terms to average.
    static func overCount(_ sum: [Formula], _ n: Double) -> Formula { .row(sum + (n == 1 ? [] : [.sign(.slash), .number(n)])) }
}

extension Storyteller {
    /// The label inside a loss's node of a graph, in the page's letters; nil for other operations.
    package func lossFace(of id: Tape.ID) -> Formula? {
        guard case .result(.loss(let loss), let operands) = trace.tape[id].origin else { return nil }
        let n = loss.divisor(for: trace.tape[operands[0]].shape)
        return loss.told.face(symbols.letter(operands[0]), operands.count > 1 ? symbols.letter(operands[1]) : .row([]), over: n)
    }

    /// The loss of a network, and its operands.
    private var lossOperation: (loss: BatchLoss, scores: Scores)? {
        guard let lowered = trace.lowered, case .result(.loss(let loss), let operands) = trace.tape[lowered.dataLoss].origin else {
            return nil
        }
        return (loss, Scores(application: Application(teller: self, operands: operands, output: lowered.dataLoss)))
    }

    /// The probability that the loss computes from a score, its target, and the divisor of their difference in the score's gradient; nil
    /// for a loss without probabilities.
    package func probability(of score: ScalarID) -> (value: Double, target: Double, divisor: Double)? {
        guard let (loss, scores) = lossOperation, scores.application.operands[0] == score.tensor,
            let (value, target) = loss.told.probability(by: score.index, scores)
        else { return nil }
        return (value, target, loss.divisor(for: scores.application.shape(0)))
    }

    /// The symbol of that probability.
    package func probabilitySymbol(of score: ScalarID) -> Formula {
        let symbol = symbols(score)
        return lossOperation?.loss.told.probabilitySymbol(of: symbol) ?? symbol
    }

    /// p = softmax(y); nil for a loss without probabilities.
    package var probabilityRule: Formula? {
        lossOperation.flatMap { loss, scores in loss.told.probabilityRule(symbols.letter(scores.application.operands[0])) }
    }
}

/// Parts of a sentence that describes a loss.
struct ConventionTexts {
    /// The letters of the outputs and of the targets; the latter may be empty.
    let y: Formula
    let t: Formula
    /// What the loss is summed or averaged over: ", mean over 3 samples"; empty for a single term.
    let over: String

    /// "Loss: …" and what it is summed or averaged over.
    func row(_ measure: Formula...) -> Formula { .row([.words("Loss: ")] + measure + [.words(over)]) }
}

/// The operands of a loss: rows of scores, and the targets.
struct Scores {
    let application: Application

    /// The number of scores.
    var count: Int { application.count(0) }
    var classes: Int { application.shape(0).last ?? 1 }

    func value(_ index: Int) -> Double { application.value(0, index) }
    func number(_ index: Int) -> Arithmetic { application.number(0, index) }
    func symbol(_ index: Int) -> Formula { application.symbol(0, index) }
    func isChosen(_ index: Int) -> Bool { application.teller.isChosen(application.scalar(0, index)) }

    /// Whether targets are rows of probabilities rather than class indices.
    var areShares: Bool { BatchLoss.areShares(application.shape(1), of: application.shape(0)) }
    /// The entries of one row of scores.
    func row(_ row: Int) -> Range<Int> { row * classes..<(row + 1) * classes }
    var rows: Range<Int> { 0..<count / max(classes, 1) }
    /// The entry of the correct class of a row.
    func right(_ row: Int) -> Int { row * classes + Int(target(row)) }

    var targets: [Double] { (0..<application.count(1)).map { application.value(1, $0) } }
    func target(_ index: Int) -> Double { application.value(1, index) }
    func targetNumber(_ index: Int) -> Arithmetic { application.number(1, index) }
    func targetSymbol(_ index: Int) -> Formula { application.symbol(1, index) }
}
