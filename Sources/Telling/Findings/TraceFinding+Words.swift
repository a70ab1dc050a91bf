import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// A finding with its sentence and the sentence's arithmetic, so that a picture prints its numbers with the same digits.
package struct ToldTraceFinding: Hashable, Sendable {
    package let finding: TraceFinding
    package let headline: Formula
    /// The digits of the numbers in the headline.
    package let precision: Precision

    /// The length of a headline, in characters of plain text.
    package static let mostCharacters = 90
}

extension FindingSearch {
    /// The first finding that has a short enough sentence and whose numbers the picture all shows.
    /// - Parameters:
    ///   - precision: the digits of numbers already printed in the picture.
    ///   - drawn: what is drawn, "A network of 2–2–1 units", for traces without a notable feature.
    package func told(
        _ searches: [() -> TraceFinding?], _ precision: Precision = Precision(), drawn: String = ""
    ) -> ToldTraceFinding? {
        for search in searches {
            guard let finding = search() else { continue }
            var settled = precision
            settled.settle(lines(of: finding).map { ($0.key, $0.arithmetic, $0.result) })
            let sentences = sentences(finding, settled, drawn: drawn)
            if let headline = sentences.first(where: { $0.plainText.count <= ToldTraceFinding.mostCharacters }) {
                return ToldTraceFinding(finding: finding, headline: headline, precision: settled)
            }
        }
        return nil
    }

    // MARK: Arithmetic

    private func lines(of finding: TraceFinding) -> [PrintedLine] {
        switch finding {
        case .skip(let unit, let sum, let past, let through): [skipLine(unit, sum, past, through)]
        case .fork(let unit, let uses): [forkLine(unit, uses)]
        case .score(let score, let probability, let target, let divisor): [scoreLine(score, probability, target, divisor)]
        case .lost, .dead, .clippedNorm, .clippedValues, .faded, .saturated, .dropped, .frozen, .centred, .largest, .still, .drawn: []
        }
    }

    private func gradient(_ scalar: ScalarID) -> Double { teller.trace.pass.gradient(scalar.tensor).scalars[scalar.index] }

    private func skipLine(_ unit: ScalarID, _ sum: ScalarID, _ past: Double, _ through: Double) -> PrintedLine {
        PrintedLine(
            arithmetic: .sum([.leaf(Arithmetic.Leaf(past, key: .gradient(sum.key))), .number(through)]), result: gradient(unit),
            key: .gradient(unit.key))
    }

    private func forkLine(_ unit: ScalarID, _ uses: [TraceFinding.Use]) -> PrintedLine {
        let terms = uses.map { use -> Arithmetic in
            let product = Arithmetic.product([
                .leaf(Arithmetic.Leaf(abs(use.upstream), key: .gradient(use.into.key))),
                .leaf(Arithmetic.Leaf(use.local, key: .value(use.weight.key))),
            ])
            return use.upstream < 0 ? .negation(product) : product
        }
        return PrintedLine(arithmetic: .sum(terms), result: gradient(unit), key: .gradient(unit.key))
    }

    private func scoreLine(_ score: ScalarID, _ probability: Double, _ target: Double, _ divisor: Double) -> PrintedLine {
        let difference = Arithmetic.leaf(Arithmetic.Leaf(probability, key: .probability(score.key))) - .number(target)
        return PrintedLine(
            arithmetic: divisor == 1 ? difference : difference / .number(divisor), result: gradient(score), key: .gradient(score.key))
    }

    // MARK: Sentences

    /// The sentences for a finding, longest first.
    private func sentences(_ finding: TraceFinding, _ precision: Precision, drawn: String) -> [Formula] {
        let symbols = teller.symbols
        func number(_ value: Double, _ key: NumberKey) -> Formula { precision.numeral(value, key: key).asWords }
        func equation(_ scalar: ScalarID) -> [Formula] {
            symbols.inlineGradient(of: scalar).parts + [.sign(.equals), number(gradient(scalar), .gradient(scalar.key))]
        }
        func equation(_ printed: PrintedLine, _ scalar: ScalarID) -> [Formula] {
            let line = printed.line(precision)
            return symbols.inlineGradient(of: scalar).parts + [.sign(.equals)] + line.numeric.parts
                + [.sign(line.relation), .number(line.result)]
        }
        switch finding {
        case .lost(let key, let value):
            let symbol: [Formula]
            switch key {
            case .gradient(let scalar): symbol = symbols.inlineGradient(of: ScalarID(scalar)).parts
            case .value(let scalar): symbol = symbols(ScalarID(scalar)).parts
            case .clipped, .updated, .remembered, .atStep, .norm, .local, .contribution, .rest, .branch, .probability: symbol = []
            }
            return [.row([.words(value.isNaN ? "Not a number: " : "Overflow: ")] + symbol + [.sign(.equals), .number(value)])]
        case .dead(let units, let silenced, let samples):
            let isOne = units.count == 1
            // What one sample leaves off, another may turn on.
            let dead = (isOne ? " is " : " are ") + (samples == 1 ? "inactive for this sample: " : "dead: ")
            let end: Formula = .words(dead + "no gradient passes \(isOne ? "it" : "them")")
            guard units.count <= 3, units.allSatisfy(showsValue) else {
                return [.row([.words("\(units.count) unit\(isOne ? "" : "s")"), end])]
            }
            let start = [.words(isOne ? "Unit " : "Units ")] + list(units.map { symbols($0) })
            guard !silenced.isEmpty else { return [.row(start + [end])] }
            let parameters = [.words(dead)] + list(silenced.map { symbols($0) })
            return [.row(start + parameters + [.words(silenced.count == 1 ? " gets gradient 0" : " get gradient 0")]), .row(start + [end])]
        case .clippedNorm(let norm, let limit):
            let length: [Formula] = [.norm(.symbol("g", .bold)), .sign(.equals), number(norm, .norm)]
            return [
                .row(
                    [.words("Clipping to norm "), .number(limit), .words(" scales all gradients by "), .number(limit / norm), .words(": ")]
                        + length)
            ]
        case .clippedValues(let count, let all, let limit):
            return [.row([.words("Clipping to ±"), .number(limit), .words(" cuts \(count) of \(all) gradients")])]
        case .faded(let last, let first):
            let change = Self.change(from: last.norm, to: first.norm)
            let start: Formula = .words("From the last layer to the first, ")
            let partial = Formula.inlinePartial(symbols.resultName, over: symbols.letter(first.tensor))
            guard let early = first.only, let late = last.only else { return [.row([start, .norm(partial), .words(" ")] + change)] }
            return [
                .row([start, .words("the gradient ")] + change + [.words(": ")] + equation(late) + [.words(", ")] + equation(early)),
                .row([start, .words("the gradient ")] + change),
            ]
        case .saturated(let unit, let slope):
            let key = NumberKey.local(.init(from: slope.argument.key, to: unit.key, operand: 0))
            guard case .result(.pointwise(let function), _) = teller.trace.tape[unit.tensor].origin else { return [] }
            let prime = Formula.prime(function.row.name)(symbols(slope.argument))
            let start: [Formula] =
                [.words("Unit "), symbols(unit), .words(" is saturated: ")] + prime.parts
                + [.sign(.equals), number(slope.slope, key)]
            return [.row(start + [.words(", of at most "), .number(slope.most)]), .row(start)]
        case .skip(let unit, let sum, let past, let through):
            let line = skipLine(unit, sum, past, through).line(precision)
            let second = line.numerals[1].asWords
            let told: [Formula] =
                symbols.inlineGradient(of: unit).parts + [.sign(.equals), line.numerals[0].asWords, .words(" through the skip + ")]
                + [line.numerals[1].isNegative ? .parenthesized(second) : second, .words(" through the block"), .sign(line.relation)]
                + [line.result.asWords]
            return [.row([.words("Two gradients add: ")] + told), .row(told)]
        case .dropped(let units, let count, let factor):
            let isOne = units.count == 1
            let subject = units.count <= 3 ? list(units.map { symbols($0) }) : [.words("\(units.count) of \(count) units")]
            let start: Formula = .words(" \(isOne ? "is" : "are") dropped: no gradient comes back through \(isOne ? "it" : "them")")
            let others = count - units.count == 1 ? "the other" : "the others"
            let kept: [Formula] = [.words(", "), Numeral(factor, digits: 3).asWords, .words("× as much through \(others)")]
            return [.row(subject + [start] + (units.count < count ? kept : [])), .row(subject + [start])]
        case .fork(let unit, let uses):
            let sum = equation(forkLine(unit, uses), unit)
            let count = uses.count == 2 ? "Two" : "Three"
            return [
                .row([.words("\(count) gradients meet at "), symbols(unit), .words(" and add: ")] + sum),
                .row([.words("\(count) gradients add: ")] + sum),
            ]
        case .frozen(let frozen): return [.words(frozen.sentence(most: 3))]
        case .score(let score, let probability, let target, let divisor):
            let sum = equation(scoreLine(score, probability, target, divisor), score)
            let rule = divisor == 1 ? "probability minus target" : "probability minus target, over \(Numeral(divisor).text)"
            return [
                .row([.words("At a score the gradient is \(rule): ")] + sum),
                .row([.words(English.capitalized(rule) + ": ")] + sum), .row(sum),
            ]
        case .centred(let input, let mixesSamples):
            return [
                .row([
                    .words(mixesSamples ? "The batch shares a mean, so the gradients " : "The units share a mean, so the gradients "),
                    .inlinePartial(symbols.resultName, over: symbols.letter(input)), .words(" sum to 0"),
                ])
            ]
        case .largest(let weight, _, _, let isOfTrained):
            return [
                .row(
                    [.words("Of all \(isOfTrained ? "trained " : "")weights, "), symbols(weight), .words(" has the largest gradient: ")]
                        + equation(weight))
            ]
        case .still: return [.words("No weight moves the loss: all their gradients are 0")]
        case .drawn:
            let result = ScalarID(teller.trace.pass.result, 0)
            return [.row([.words("\(drawn): the loss is "), number(teller.trace.loss, .value(result.key))])]
        }
    }

    /// "h₁, h₂ and h₃".
    private func list(_ names: [Formula]) -> [Formula] {
        names.enumerated().flatMap { index, name in
            (index == 0 ? [] : [.words(index == names.count - 1 ? " and " : ", ")]) + name.parts
        }
    }

    /// "shrinks 674×", "grows 10⁵×".
    private static func change(from start: Double, to end: Double) -> [Formula] {
        let ratio = max(start / end, end / start)
        let multiple = Numeral.multiple(ratio)
        let fold: [Formula] = multiple.exponent == nil ? [multiple.asWords, .words("×")] : [.fold(ratio)]
        return [.words(end < start ? "shrinks " : "grows ")] + fold
    }
}

extension Numeral {
    /// How many times as large one number is as another: to three digits, and from 10,000 on only as a power of ten.
    static func multiple(_ ratio: Double) -> Numeral { ratio < 10_000 ? Numeral(ratio, digits: 3) : .orderOfMagnitude(ratio) }
}
