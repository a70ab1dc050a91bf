package import NeuralNetworks

/// What the numbers that somebody found for gradients of parameters say about how they were found.
package struct Diagnosis: Sendable {
    package struct Answer: Hashable, Sendable {
        package let address: String
        package let place: KnownNumbers.Place
        package let value: Double
        package let tolerance: Double

        package init(address: String, place: KnownNumbers.Place, value: Double, tolerance: Double) {
            (self.address, self.place, self.value, self.tolerance) = (address, place, value, tolerance)
        }

        /// With room for the rounding of a result that lies on the edge.
        fileprivate func isHit(by row: KnownNumbers.Row, noise: Double) -> Bool {
            row[place].map { abs($0 - value) <= tolerance * (1 + 1e-9) + abs($0) * 1e-15 + noise } ?? false
        }
    }

    package struct Verdict: Hashable, Sendable {
        package let answer: Answer
        package let isRight: Bool
        /// Each of which gives the answer; none of a right one.
        package let mistakes: [Mistake]
    }

    package let verdicts: [Verdict]
    /// Where an answer is wrong: the mistakes each of which, or pairs each of which, gives all of the answers. Of two mistakes made at once
    /// only where one doesn't explain all, and where there are digits enough that none of so many pairs fits by accident.
    package let together: [[Mistake]]
    /// The earlier steps, from 1, whose gradients all of the answers are.
    package let steps: [Int]

    package init(_ answers: [Answer], _ known: KnownNumbers) {
        verdicts = answers.map { answer in
            let isRight = answer.isHit(by: known.right, noise: known.noise)
            return Verdict(
                answer: answer, isRight: isRight,
                mistakes: isRight ? [] : known.single.filter { answer.isHit(by: $0.row, noise: known.noise) }.map(\.mistake))
        }
        guard verdicts.contains(where: { !$0.isRight }) else {
            (together, steps) = ([], [])
            return
        }
        func explainsAll(_ row: KnownNumbers.Row) -> Bool { answers.allSatisfy { $0.isHit(by: row, noise: known.noise) } }
        steps = known.steps.indices.filter { explainsAll(known.steps[$0]) }.map { $0 + 1 }
        let single = known.single.filter { explainsAll($0.row) }.map { [$0.mistake] }
        let chance = verdicts.filter { !$0.isRight }.reduce(1) { $0 * $1.answer.tolerance / max(abs($1.answer.value), $1.answer.tolerance) }
        together = !single.isEmpty || chance > 1e-3 ? single : known.pairs.filter { explainsAll($0.row) }.map(\.mistakes)
    }

    package var isAllRight: Bool { verdicts.allSatisfy(\.isRight) }
}

extension Diagnosis {
    /// As `backstep diagnose --format json` prints it.
    package var json: JSON { .object([.init(key: "answers", value: .array(answersJSON()))] + togetherJSON) }

    /// - Parameter name: who gave them.
    package func answersJSON(of name: String? = nil) -> [JSON] {
        verdicts.map { verdict in
            .object(
                (name.map { [JSON.Member(key: "name", value: .string($0))] } ?? []) + [
                    .init(key: "address", value: .string(verdict.answer.address)),
                    .init(key: "answer", value: .number(verdict.answer.value)),
                    .init(key: "right", value: .truth(verdict.isRight)),
                    .init(key: "mistakes", value: .array(verdict.mistakes.map { .string($0.rawValue) })),
                ])
        }
    }

    /// What explains all answers, where there is something.
    package var togetherJSON: [JSON.Member] {
        var members: [JSON.Member] = []
        if !together.isEmpty {
            members.append(.init(key: "together", value: .array(together.map { .array($0.map { .string($0.rawValue) }) })))
        }
        if !steps.isEmpty { members.append(.init(key: "steps", value: .array(steps.map(JSON.integer)))) }
        return members
    }
}
