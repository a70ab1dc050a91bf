import Autodiff
import NeuralNetworks
import Notation
import Traces

/// An operation applied to its operands, with their values and symbols.
struct Application {
    let teller: Storyteller
    let operands: [Tape.ID]
    let output: Tape.ID
}

extension Storyteller {
    /// The operation that computes a tensor, with its operands; nil for a source.
    func operation(behind id: Tape.ID) -> (telling: any ToldOperation, application: Application)? {
        guard case .result(let primitive, let operands) = trace.tape[id].origin else { return nil }
        return (primitive.telling, Application(teller: self, operands: operands, output: id))
    }
}

/// Scalars of the operands and of the result.
extension Application {
    func scalar(_ operand: Int, _ index: Int) -> ScalarID { ScalarID(operands[operand], index) }

    func value(_ operand: Int, _ index: Int) -> Double { teller.value(scalar(operand, index)) }

    /// A scalar as a number in a line of arithmetic.
    func number(_ operand: Int, _ index: Int) -> Arithmetic { number(scalar(operand, index)) }

    func number(_ scalar: ScalarID) -> Arithmetic { .leaf(teller.leaf(scalar)) }

    func symbol(_ operand: Int, _ index: Int) -> Formula { teller.symbols(scalar(operand, index)) }

    func symbol(ofResult index: Int) -> Formula { teller.symbols(ScalarID(output, index)) }

    func shape(_ operand: Int) -> [Int] { teller.trace.tape[operands[operand]].shape }

    func count(_ operand: Int) -> Int { shape(operand).reduce(1, *) }

    func members(of group: Int, in grouping: Grouping) -> [ScalarID] {
        grouping.members(of: group, operands[0], on: teller.trace.tape)
    }

    /// A local derivative that is the value of one scalar.
    func read(_ source: ScalarID, _ kind: String) -> LocalStory {
        let symbol = teller.symbols(source)
        return LocalStory(meaning: symbol, words: .row([.words("\(kind) "), symbol]), source: source)
    }

    /// The exponentials of some scores, as the terms of a sum.
    func exponentials(_ scores: some Sequence<Int>) -> [SumTerm] {
        scores.map { index in
            let score = scalar(0, index)
            return SumTerm(
                told: .function(.exp, [number(score)]), value: Pointwise.exp(teller.value(score)), isChosen: teller.isChosen(score))
        }
    }
}

/// Whole tensors.
extension Application {
    func tensor(_ operand: Int) -> Formula { teller.symbols.tensor(operands[operand]) }

    var tensorOfResult: Formula { teller.symbols.tensor(output) }

    /// An entry of an operand inside a sum over entries: zᵢ.
    func entry(_ operand: Int, _ index: Formula) -> Formula { teller.symbols.entry(operands[operand], index) }

    /// The gradient of the result.
    var upstream: Formula { teller.symbols.gradient(ofTensor: output) }

    func entrywise(_ local: Formula) -> Formula { .joined([upstream, local], by: .hadamard) }

    var hasBatch: Bool { (teller.trace.lowered?.problem.inputs.shape[0] ?? 1) > 1 }

    /// The beginning of a remark.
    var each: String { hasBatch ? "For each sample of the batch. " : "" }

    func summedOverBatch(_ formula: Formula) -> Formula {
        hasBatch ? .row([.large(.sum, below: "n", above: nil)] + formula.parts) : formula
    }

    /// The number of entries of the first operand that share one scalar of a statistic.
    func groupSize(_ statistics: Tape.ID) -> Int { count(0) / max(teller.trace.tape[statistics].shape.reduce(1, *), 1) }
}

extension Grouping {
    func members(of group: Int, _ id: Tape.ID, on tape: Tape) -> [ScalarID] {
        var members: [ScalarID] = []
        forEachRun(of: group, entries: tape[id].shape.reduce(1, *)) { members += $0.map { ScalarID(id, $0) } }
        return members
    }
}

extension Formula {
    /// The i-th entry, inside a sum over i.
    func summand(_ index: Formula = "i") -> Formula { .sub(.parenthesized(self), index) }
}
