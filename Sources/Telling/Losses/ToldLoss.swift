package import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// What the telling must know of a loss.
protocol ToldLoss: Sendable {
    /// What stands inside its node in a graph.
    /// - Parameter n: what the sum is divided by.
    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula

    /// The first row of a page's conventions.
    func convention(_ lowered: ConventionTexts) -> Formula

    /// The loss before it is divided by what the mean runs over.
    func total(_ scores: Scores) -> Arithmetic

    /// What the derivative by a score is, times what the mean runs over. Nil where the loss alone uses the scores, and then tells its
    /// derivative as a whole.
    /// - Parameter isFactor: whether it stands in a product, where a difference needs parentheses, rather than above a fraction bar.
    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula?

    /// The same with numbers.
    func derivative(by index: Int, _ scores: Scores) -> Arithmetic

    /// The derivative by all scores, and a remark; t is empty where there are no targets.
    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String)

    /// Why the gradient of a score is what it is, in the page's letters for scores and targets.
    func reason(_ y: String, _ t: String) -> String?

    /// The probability that the loss makes of a score, and the target that it is compared with; nil where it takes outputs as they are.
    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)?

    /// What that probability is called: p₂, σ(y₁).
    func probabilitySymbol(of score: Formula) -> Formula

    /// What makes all scores probabilities: softmax(y).
    func probabilityRule(_ scores: Formula) -> Formula?
}

extension ToldLoss {
    func probability(by index: Int, _ scores: Scores) -> (value: Double, target: Double)? { nil }
    func probabilitySymbol(of score: Formula) -> Formula { score }
    func probabilityRule(_ scores: Formula) -> Formula? { nil }
}

extension Formula {
    /// "mean binary cross-entropy" where there is something to average.
    static func lossName(_ name: String, over n: Double) -> Formula { .words(n == 1 ? name : "mean \(name)") }

    /// A sum, divided where there is something to average.
    static func overCount(_ sum: [Formula], _ n: Double) -> Formula { .row(sum + (n == 1 ? [] : [.sign(.slash), .number(n)])) }
}

extension Storyteller {
    /// What stands inside a loss's node in a graph, in the page's letters, and as it is computed; nil of other operations.
    package func lossFace(of id: Tape.ID) -> Formula? {
        guard case .result(.loss(let loss), let operands) = trace.tape[id].origin else { return nil }
        let n = loss.divisor(for: trace.tape[operands[0]].shape)
        return loss.told.face(symbols.letter(operands[0]), operands.count > 1 ? symbols.letter(operands[1]) : .row([]), over: n)
    }

    /// The loss of a network, and what it is applied to.
    private var lossOperation: (loss: BatchLoss, scores: Scores)? {
        guard let lowered = trace.lowered, case .result(.loss(let loss), let operands) = trace.tape[lowered.dataLoss].origin else {
            return nil
        }
        return (loss, Scores(application: Application(teller: self, operands: operands, output: lowered.dataLoss)))
    }

    /// The probability that the loss makes of a score, the target that it is compared with, and what their difference is divided by in the
    /// score's gradient; nil where the loss takes no scores.
    package func probability(of score: ScalarID) -> (value: Double, target: Double, divisor: Double)? {
        guard let (loss, scores) = lossOperation, scores.application.operands[0] == score.tensor,
            let (value, target) = loss.told.probability(by: score.index, scores)
        else { return nil }
        return (value, target, loss.divisor(for: scores.application.shape(0)))
    }

    /// What that probability is called.
    package func probabilitySymbol(of score: ScalarID) -> Formula {
        let symbol = symbols(score)
        return lossOperation?.loss.told.probabilitySymbol(of: symbol) ?? symbol
    }

    /// p = softmax(y); nil where the loss takes no scores.
    package var probabilityRule: Formula? {
        lossOperation.flatMap { loss, scores in loss.told.probabilityRule(symbols.letter(scores.application.operands[0])) }
    }
}

/// Parts of a sentence on what a loss is.
struct ConventionTexts {
    /// The letters of the outputs and of the targets; these may be none.
    let y: Formula
    let t: Formula
    /// What it is summed or averaged over: ", mean over 3 samples"; empty where there is one.
    let over: String

    /// "Loss: …" and what it runs over.
    func row(_ measure: Formula...) -> Formula { .row([.words("Loss: ")] + measure + [.words(over)]) }
}

/// What a loss is computed from: a row of scores a sample, and the targets.
struct Scores {
    let application: Application

    /// How many there are.
    var count: Int { application.count(0) }
    var classes: Int { application.shape(0).last ?? 1 }

    func value(_ index: Int) -> Double { application.value(0, index) }
    func number(_ index: Int) -> Arithmetic { application.number(0, index) }
    func symbol(_ index: Int) -> Formula { application.symbol(0, index) }
    func isChosen(_ index: Int) -> Bool { application.teller.isChosen(application.scalar(0, index)) }

    /// Whether targets are rows of probabilities rather than numbers of classes.
    var areShares: Bool { BatchLoss.areShares(application.shape(1), of: application.shape(0)) }
    /// The entries of one row of scores.
    func row(_ row: Int) -> Range<Int> { row * classes..<(row + 1) * classes }
    var rows: Range<Int> { 0..<count / max(classes, 1) }
    /// The entry of the class that a row should have.
    func right(_ row: Int) -> Int { row * classes + Int(target(row)) }

    var targets: [Double] { (0..<application.count(1)).map { application.value(1, $0) } }
    func target(_ index: Int) -> Double { application.value(1, index) }
    func targetNumber(_ index: Int) -> Arithmetic { application.number(1, index) }
    func targetSymbol(_ index: Int) -> Formula { application.symbol(1, index) }
}
