import NeuralNetworks
import Notation
import Telling

/// A question's answer as learning platforms take it: a number with a tolerance, and what classic mistakes give.
///
/// Some platforms round to four decimals, so numbers whose digits the sheet prints with a power of ten are asked for in units of that power.
struct QuizAnswer {
    /// Of the power of ten that the answer is asked in; nil: 1.
    let exponent: Int?
    let solution: Numeral
    let tolerance: Numeral
    /// What each mistake gives and how far off that may be, clear of the solution.
    let mistakes: [(words: String, value: Numeral, tolerance: Numeral)]

    init(_ question: Worksheet.Question) {
        let exponent = question.printed.exponent
        let unit = exponent.flatMap { Double("1e\($0)") } ?? 1
        let (low, high) = (question.accepted.lowerBound / unit, question.accepted.upperBound / unit)
        let (middle, half) = ((low + high) / 2, (high - low) / 2)
        // Decimals that show a hundredth of the tolerance.
        var (decimals, last, step) = (2, half, 0.01)
        while last < 1, decimals < 17 { (decimals, last, step) = (decimals + 1, last * 10, step / 10) }
        func numeral(_ value: Double) -> Numeral { Numeral(value, decimals: decimals) }
        self.exponent = exponent
        solution = numeral(middle)
        tolerance = numeral(half)
        mistakes = question.mistakes.compactMap { mistake, value in
            // What is as good as the solution would be marked wrong: the tolerance is rounded down, and the value may be off by its last digit.
            let room = min(half, abs(value / unit - middle) - half) - step
            let tolerance = numeral(room - step / 2)
            guard tolerance.value > 0 else { return nil }
            return (mistake.words, numeral(value / unit), tolerance)
        }
    }
}
