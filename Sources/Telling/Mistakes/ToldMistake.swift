package import Autodiff
package import NeuralNetworks
package import Notation
package import Traces

/// What a mistake makes of a lesson, number by number, and the sentence that stands over its picture.
package struct ToldMistake: Sendable {
    package let trace: MistakenTrace
    /// Scalars whose gradient is wrong.
    package let gradients: Set<ScalarID>
    /// Scalars whose value is wrong, since earlier steps made the mistake.
    package let values: Set<ScalarID>
    /// Scalars that come out wrong of the update.
    package let updated: Set<ScalarID>
    /// Local derivatives that the mistake itself changes.
    package let locals: Set<NumberKey.Use>
    let teller: Storyteller

    package init(_ trace: MistakenTrace, notation: NotationStyle) {
        self.trace = trace
        teller = Storyteller(trace.right, notation: notation)
        let (right, wrong) = (trace.right, trace.wrong)
        let noise = right.pass.noise
        var (gradients, values, updated): (Set<ScalarID>, Set<ScalarID>, Set<ScalarID>) = ([], [], [])
        for id in right.tape.allIDs {
            let found = trace.gradients(of: id)
            if right.hasGradient(id) {
                gradients.formUnion(found.wrong.places(differingFrom: found.right, noise: noise).map { ScalarID(id, $0) })
            }
            values.formUnion(wrong.pass.value(id).places(differingFrom: right.pass.value(id), noise: 0).map { ScalarID(id, $0) })
        }
        for (place, trainable) in right.trainables.enumerated() {
            guard let new = wrong.update.updated?[place], let rightly = right.update.updated?[place] else { continue }
            updated.formUnion(new.places(differingFrom: rightly, noise: noise).map { ScalarID(trainable.id, $0) })
        }
        (self.gradients, self.values, self.updated) = (gradients, values, updated)
        let faults = wrong.pass.faults
        let seen = Set(faults.seen.filter { $0.value != wrong.pass.value($0.key) }.keys)
        let readers = right.tape.allIDs.filter {
            if case .result(_, let operands) = right.tape[$0].origin { !seen.isDisjoint(with: operands) } else { false }
        }
        let operations = Set(faults.faults.keys).union(faults.lost.map(\.operation)).union(readers)
        locals = operations.reduce(into: []) { locals, operation in
            let right = Self.locals(of: operation, right.pass)
            locals.formUnion(Self.locals(of: operation, wrong.pass).filter { right[$0.key] != $0.value }.keys)
        }
    }

    private static func locals(of operation: Tape.ID, _ pass: Pass) -> [NumberKey.Use: Double] {
        var locals: [NumberKey.Use: Double] = [:]
        pass.forEachContribution(from: operation) { locals[$0.use] = $0.local }
        return locals
    }

    /// Whether the backward pass leaves contributions out, rather than making them wrong.
    package var leavesOut: Bool {
        let faults = trace.wrong.pass.faults
        return !faults.lost.isEmpty || faults.faults.values.contains(.diagonal)
    }

    package var symbols: Symbols { teller.symbols }
    package var mistake: Mistake { trace.mistake }
}

/// One number of a picture as it is and as a mistake makes it, in the digits of the picture.
package struct MistakenNumber: Sendable {
    package let scalar: ScalarID
    package let right, wrong: Numeral

    package init(_ scalar: ScalarID, right: Numeral, wrong: Numeral) {
        self.scalar = scalar
        (self.right, self.wrong) = (right, wrong)
    }

    /// How loud the mistake is in it: another sign, then what is lost or comes from nothing, then the ratio.
    fileprivate var loudness: Double {
        let (right, wrong) = (right.value, wrong.value)
        guard right.isFinite, wrong.isFinite else { return 4_000 }
        if right == 0 || wrong == 0 { return right == wrong ? 0 : 2_000 }
        return right.sign == wrong.sign ? min(max(wrong / right, right / wrong), 1_000) : 3_000
    }
}

extension ToldMistake {
    /// The headline, and the number that it names.
    ///
    /// - Parameters:
    ///   - gradient: the gradient of a scalar of a trainable where the picture shows it by name; nil elsewhere.
    ///   - new: the same of its value after the update.
    package func headline(
        gradient: (ScalarID) -> MistakenNumber?, new: (ScalarID) -> MistakenNumber?
    ) -> (formula: Formula, number: MistakenNumber, isGradient: Bool)? {
        for isGradient in [true, false] {
            let all = scalarsInOrder(isGradient ? gradients : updated).compactMap { isGradient ? gradient($0) : new($0) }
                .filter { $0.right != $0.wrong }
            let largest = all.flatMap { [abs($0.right.value), abs($0.wrong.value)] }.filter(\.isFinite).max() ?? 0
            let loud = all.filter { !(max(abs($0.right.value), abs($0.wrong.value)) < 1e-3 * largest) }
            // Of equals, as far as four digits say, the first.
            guard let most = loud.map(\.loudness).max(), let told = loud.first(where: { $0.loudness >= most * (1 - 2e-3) }) else {
                continue
            }
            return (claim(told, isGradient: isGradient), told, isGradient)
        }
        return nil
    }

    private func scalarsInOrder(_ scalars: Set<ScalarID>) -> [ScalarID] {
        trace.right.trainables.flatMap { trainable in
            (0..<trace.right.tape[trainable.id].shape.reduce(1, *)).map { ScalarID(trainable.id, $0) }.filter(scalars.contains)
        }
    }

    private func claim(_ number: MistakenNumber, isGradient: Bool) -> Formula {
        let subject =
            isGradient ? [.words(" the gradient of "), teller.symbols(number.scalar)] : [.words(" "), teller.symbols(number.scalar)]
        let ends =
            isGradient ? Self.ends(number) : [[.words(" becomes "), number.wrong.asWords, .words(" instead of "), number.right.asWords]]
        let rows = ends.map { Formula.row(start.parts + subject + $0) }
        return rows.first { $0.plainText.count <= ToldTraceFinding.mostCharacters } ?? rows[rows.count - 1]
    }

    /// The ratio of the printed numbers, so that it can be redone.
    private static func ends(_ number: MistakenNumber) -> [[Formula]] {
        let plain: [Formula] = [.words(" comes out "), number.wrong.asWords, .words(" instead of "), number.right.asWords]
        let (right, wrong) = (number.right.value, number.wrong.value)
        guard right.isFinite, wrong.isFinite, right != 0, wrong != 0 else { return [plain] }
        if right.sign != wrong.sign {
            return [[.words(" has the wrong sign: "), number.wrong.asWords, .words(" instead of "), number.right.asWords], plain]
        }
        let isLarge = abs(wrong) > abs(right)
        let ratio = isLarge ? wrong / right : right / wrong
        let way = isLarge ? "large" : "small"
        if abs(ratio - 2) < 1e-3 * ratio { return [[.words(isLarge ? " comes out twice as large" : " comes out half as large")]] }
        if ratio > 2 {
            let whole = Int(exactly: ratio.rounded()).flatMap {
                abs(ratio - Double($0)) < 1e-3 * ratio && words.indices.contains($0) ? $0 : nil
            }
            let count = whole.map { [Formula.words(words[$0])] } ?? [Numeral.multiple(ratio).asWords]
            return [[.words(" comes out ")] + count + [.words(" times too \(way)")], plain]
        }
        let percent = 100 * abs(wrong / right - 1)
        guard percent >= 1 else { return [plain] }
        return [[.words(" comes out "), Numeral(percent, digits: 2).asWords, .words(" % too \(way)")], plain]
    }

    private static let words = ["", "", "", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

    /// "Without σ′".
    private var start: Formula {
        switch mistake {
        case .missingActivationDerivative: .row([.words("Without "), .prime(function)])
        case .derivativeAtOutput: .row([.words("With "), .prime(function), .words(" taken at the output,")])
        case .overwriteAtForks: .words("With = in place of += at a fork,")
        case .missingSkip: .words("Without the skip,")
        case .transposedWeight: .row([.words("With "), "W", .words(" in place of "), .transposed("W"), .words(",")])
        case .constantStatistics: .words("With constant mean and variance,")
        case .softmaxElementwise:
            .row([.words("With only "), "p", .parenthesized(.row(["1", .sign(.minus), "p"])), .words(" for the softmax,")])
        case .sumForMean: .words("With a sum for the mean,")
        case .missingTwo: .words("Without the 2 of the square,")
        case .undroppedBackward: .words("Without dropout’s mask on the way back,")
        case .wrongSign: .words("With + in place of −,")
        case .updatedWeights: .words("With weights updated too early,")
        case .accumulatedGradients: .words("Without setting gradients back to 0,")
        }
    }

    /// The only function whose derivative is wrong, or f.
    private var function: Formula {
        let names = Set(
            trace.wrong.pass.faults.faults.keys.compactMap { id -> Formula? in
                guard case .result(.pointwise(let function), _) = trace.right.tape[id].origin else { return nil }
                return function.row.name
            })
        return names.count == 1 ? names.first ?? "f" : "f"
    }
}

extension ToldMistake {
    /// Where a picture shows no trainable's numbers one by one: "Without σ′ 3 of 4 parameters get a wrong gradient".
    package var count: Formula {
        let all = trace.right.trainables
        let isGradient = !gradients.isEmpty
        let wrong = all.count { trainable in (isGradient ? gradients : updated).contains { $0.tensor == trainable.id } }
        return .row(
            start.parts + [.words(" \(wrong) of \(all.count) parameters \(isGradient ? "get a wrong gradient" : "come out wrong")")])
    }

    /// The first wrong number on the way back, of those that a picture shows: gradients in the order in which they are complete.
    package func first(gradient: (ScalarID) -> MistakenNumber?) -> MistakenNumber? {
        let tape = trace.right.tape
        var firstUse = tape.allIDs.map(\.index)
        for id in tape.allIDs.reversed() {
            guard case .result(_, let operands) = tape[id].origin else { continue }
            for operand in operands { firstUse[operand.index] = id.index }
        }
        let inOrder = gradients.sorted {
            (-firstUse[$0.tensor.index], -$0.tensor.index, $0.index) < (-firstUse[$1.tensor.index], -$1.tensor.index, $1.index)
        }
        for scalar in inOrder { if let number = gradient(scalar), number.right != number.wrong { return number } }
        return nil
    }

    /// "On the way back the first wrong number is ∂L/∂z₃, 0.7514 instead of 0.1385".
    package func sentence(first number: MistakenNumber) -> Formula {
        .row(
            [.words("On the way back the first wrong number is ")] + teller.symbols.inlineGradient(of: number.scalar).parts
                + [.words(", "), number.wrong.asWords, .words(" instead of "), number.right.asWords])
    }

    /// The symptoms by which the mistake is recognized.
    package var telltale: String { mistake.telltale(in: MistakeSetting(trace.right)) }

    /// What to look at to find the mistake: whether the loss falls, and what a gradient check says.
    package var signs: [String] {
        let pairs = trace.right.trainables.map { trace.gradients(of: $0.id) }
        let (right, wrong) = (pairs.map(\.right), pairs.map(\.wrong))
        let check = mistake.checkSentence(right: right, wrong: wrong, noise: trace.right.pass.noise)
        guard let after = trace.wrong.update.lossAfter, let rightly = trace.right.update.lossAfter else {
            return [MistakeReport.lossSentence(right: right, wrong: wrong), check]
        }
        let isLonger = MistakeReport.isLonger(wrong, than: right)
        return [MistakeReport.lossSentence(MistakeSetting(trace.right), to: after, rightly: rightly, isLonger: isLonger), check]
    }
}
