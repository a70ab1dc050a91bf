import Autodiff
import Notation

/// Σ max(0, margin + yⱼ − y_t) over the other classes j.
struct Hinge: ToldLoss {
    let margin: Double

    func face(_ y: Formula, _ t: Formula, over n: Double) -> Formula { .lossName("hinge", over: n) }

    func convention(_ texts: ConventionTexts) -> Formula {
        texts.row(.words("hinge: by how much each other class comes within \(Numeral(margin).text) of the right one’s score"))
    }

    func total(_ scores: Scores) -> Arithmetic {
        let teller = scores.application.teller
        let terms = scores.rows.flatMap { row -> [SumTerm] in
            let right = scores.right(row)
            return scores.row(row).filter { $0 != right }.map { index in
                SumTerm(
                    told: .function(.max, [.number(0), .sum([.number(margin), scores.number(index), .negation(scores.number(right))])]),
                    value: Pointwise.relu(excess(index, right, scores)), isChosen: scores.isChosen(index) || scores.isChosen(right))
            }
        }
        return terms.isEmpty ? .number(0) : teller.sum(terms, of: .value)
    }

    private func excess(_ index: Int, _ right: Int, _ scores: Scores) -> Double { margin + scores.value(index) - scores.value(right) }

    /// How many other classes are within the margin of the correct one; for another class, 1 if it is, else 0.
    private func count(_ index: Int, _ scores: Scores) -> Int {
        let right = scores.right(index / scores.classes)
        if index != right { return excess(index, right, scores) > 0 ? 1 : 0 }
        return scores.row(index / scores.classes).count { $0 != right && excess($0, right, scores) > 0 }
    }

    private func isRight(_ index: Int, _ scores: Scores) -> Bool { scores.right(index / scores.classes) == index }

    func slope(by index: Int, isFactor: Bool, _ scores: Scores) -> Formula? {
        let count = count(index, scores)
        return .number(Double(isRight(index, scores) ? -count : count))
    }

    func derivative(by index: Int, _ scores: Scores) -> Arithmetic {
        let count = count(index, scores)
        guard isRight(index, scores) else { return .number(Double(count)) }
        // A few are written one by one; more would be a row of ones.
        return (2...6).contains(count) ? .negation(.sum(Array(repeating: .number(1), count: count))) : .number(Double(-count))
    }

    func pullback(_ y: Formula, _ t: Formula) -> (formula: Formula, remark: String) {
        (
            .fenced(
                .brackets,
                .row([
                    .number(margin), .sign(.plus), .sub("y", "j"), .sign(.minus), .sub("y", "t"), .sign(.greater), .symbol("0", .upright),
                ])),
            "1 for each class within the margin, less as many for the right one; 0 for those that keep their distance."
        )
    }

    func reason(_ y: String, _ t: String) -> String? {
        "Each class within the margin pushes its own score down and the right one up by the same; a class beyond it counts nothing."
    }
}
