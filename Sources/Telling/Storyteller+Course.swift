import Autodiff
import NeuralNetworks
package import Notation
import Traces

/// How one parameter and the optimizer's state for it went from step to step.
package struct CourseTable: Sendable {
    package struct Row: Sendable {
        /// From 1.
        package let step: Int
        /// The state's numbers after the step, then the parameter's: v ← 0.9 × 0 + 4 = 4.
        package let lines: [Formula]
    }

    package let parameter: Formula
    /// Why this parameter: "In step 4, ∂f/∂y = −8.1 is the largest gradient of a variable; the next is ∂f/∂x = 3.559."; nil where there is
    /// no other.
    package let reason: Formula?
    package let rows: [Row]
    /// The parameter before each step, and after the last.
    package let values: [Double]
    package let numerals: [Numeral]
    /// The traced step, from 1, and the digits of the numbers.
    fileprivate let step: Int
    fileprivate let precision: Precision

    /// A number of the traced step as the table prints it.
    package func numeral(_ value: Double, key: NumberKey) -> Numeral { precision.numeral(value, key: key.at(step)) }
}

/// The course of training up to the traced step: the loss by step, and one parameter with the optimizer's state for it.
extension Storyteller {
    /// "Training step 3 of 5 on this batch. The loss before each step: 1.04, 0.889, 0.776; after step 3: 0.685."; of an expression "Step 3
    /// of 5. f before each step: …"; nil for a lesson with one step.
    package var stepSummary: String? {
        guard trace.isOneOfSeveral, let after = trace.update.losses.last else { return nil }
        let before = trace.update.losses.dropLast()
        func text(_ losses: some Sequence<Double>) -> [String] { losses.map { Numeral($0).text } }
        let shown = before.count <= 8 ? text(before) : text(before.prefix(3)) + ["…"] + text(before.suffix(4))
        let step = trace.rule.steps
        let place = "step \(step) of \(trace.lessonSteps)"
        let start =
            trace.lowered == nil
            ? "\(English.capitalized(place)). \(symbols.resultName.plainText)" : "Training \(place) on this batch. The loss"
        return "\(start) before each step: \(shown.joined(separator: ", ")); after step \(step): \(Numeral(after).text)"
    }

    /// The summary, and a row for each step with the lines that compute the update.
    package var course: [Formula] {
        guard let summary = stepSummary else { return [] }
        guard let table = courseTable else { return [.words(summary)] }
        let told = table.rows.map { row -> Formula in
            var parts: [Formula] = [.words("Step \(row.step): ")]
            for (index, line) in row.lines.enumerated() { parts += (index > 0 ? [.words("; ")] : []) + line.parts }
            return .row(parts)
        }
        let name: Formula = .row([table.parameter, .words(" step by step:")] + (table.reason.map { [.words(" ")] + $0.parts } ?? []))
        return [.words(summary), name] + told
    }

    /// The parameter with the largest gradient in the traced step, step by step; nil for a lesson with one step, and where computing all steps
    /// again would take long.
    package var courseTable: CourseTable? {
        let most = 12
        let passes = trace.rule.steps.saturatingTimes(trace.rule.steps + 1) / 2
        guard trace.isOneOfSeveral, trace.rule.steps <= most, trace.tape.products.saturatingTimes(passes) < 20_000_000,
            let scalar = steepest
        else { return nil }
        var values: [(value: Double, key: NumberKey)] = []
        let rows = (1...trace.rule.steps).compactMap { step -> (step: Int, lines: [(symbol: Formula, line: PrintedLine)])? in
            guard let teller = teller(at: step) else { return nil }
            let findings = (trace.rule.optimizer?.kind.memories ?? []).compactMap { teller.finding($0, of: scalar) }
            let update = teller.updateFinding(scalar)
            let clipped = teller.clippedFinding(scalar)
            let lines = ([clipped].compactMap(\.self) + findings + [update].compactMap(\.self)).compactMap { finding in
                finding.line.map { (finding.symbol, $0.at(step)) }
            }
            values.append((teller.value(scalar), NumberKey.value(scalar.key).at(step)))
            if step == trace.rule.steps, let update { values.append((update.value, update.key.at(step))) }
            return (step, lines)
        }
        let precision = Precision.settled(rows.flatMap { $0.lines.map(\.line) })
        return CourseTable(
            parameter: symbols(scalar), reason: reason(for: scalar, precision),
            rows: rows.map { row in
                .init(step: row.step, lines: row.lines.map { .row([$0.symbol, .sign(.assigned)] + $0.line.line(precision).formula.parts) })
            }, values: values.map(\.value), numerals: values.map { precision.numeral($0.value, key: $0.key) }, step: trace.rule.steps,
            precision: precision)
    }

    /// The optimizer with its settings: "momentum with η = 0.02 and μ = 0.9"; nil for a lesson without one.
    package var optimizerInWords: Formula? {
        guard let optimizer = trace.rule.optimizer else { return nil }
        let settings = [("η" as Formula, optimizer.learningRate)] + optimizer.kind.settings.map { ($0.setting.name, $0.value) }
        var parts: [Formula] = [.words("\(optimizer.kind.name) with ")]
        for (index, setting) in settings.enumerated() {
            if index > 0 { parts.append(.words(index == settings.count - 1 ? " and " : ", ")) }
            parts += [setting.0, .sign(.equals), .number(setting.1, digits: Numeral.mostDigits)]
        }
        switch trace.rule.clipping {
        case .norm(let limit): parts += [.words("; gradients clipped to norm "), .number(limit, digits: Numeral.mostDigits)]
        case .value(let limit): parts += [.words("; gradients clipped to ±"), .number(limit, digits: Numeral.mostDigits)]
        case nil: break
        }
        return .row(parts)
    }

    /// The updated scalar with the largest gradient.
    private var steepest: ScalarID? { steepest(besides: nil) }

    private func steepest(besides other: ScalarID?) -> ScalarID? {
        var best: (scalar: ScalarID, size: Double)?
        for id in trace.parameters where trace.place(ofUpdated: id) != nil {
            for (index, slope) in trace.pass.gradient(id).scalars.enumerated()
            where abs(slope) > best?.size ?? -1 && ScalarID(id, index) != other {
                best = (ScalarID(id, index), abs(slope))
            }
        }
        return best?.scalar
    }

    /// The two largest gradients of the traced step.
    private func reason(for scalar: ScalarID, _ precision: Precision) -> Formula? {
        guard let second = steepest(besides: scalar) else { return nil }
        let step = trace.rule.steps
        func gradient(_ scalar: ScalarID) -> (value: Double, equation: [Formula]) {
            let value = trace.pass.gradient(scalar.tensor).scalars[scalar.index]
            let numeral = precision.numeral(value, key: NumberKey.gradient(scalar.key).at(step))
            return (value, symbols.inlineGradient(of: scalar).parts + [.sign(.equals), .role(.gradient, numeral.asWords)])
        }
        let (first, next) = (gradient(scalar), gradient(second))
        let kind = trace.lowered == nil ? "variable" : "parameter"
        let start: [Formula] = [.words("In step \(step), ")] + first.equation
        guard abs(next.value) < abs(first.value) else {
            return .row([.words("In step \(step), no gradient of a \(kind) is larger than ")] + first.equation + [.words(".")])
        }
        return .row(start + [.words(" is the largest gradient of a \(kind); the next is ")] + next.equation + [.words(".")])
    }

    /// The explanations of another step of the same lesson.
    private func teller(at step: Int) -> Storyteller? {
        if step == trace.rule.steps { return self }
        switch trace.subject {
        case .network(let lowered):
            guard let earlier = try? Trace(lowered.problem, at: step) else { return nil }
            return Storyteller(earlier, notation: symbols.notation)
        case .expression(let lowered):
            return Storyteller(Trace(ExpressionProblem(lowered.program, rule: trace.rule), at: step), notation: symbols.notation)
        }
    }
}

extension PrintedLine {
    /// The line with a different key for each step, where the value after one step is the value before the next.
    fileprivate func at(_ step: Int) -> PrintedLine {
        PrintedLine(arithmetic: arithmetic.renaming { $0.at(step) }, result: result, key: key.at(step))
    }
}

extension NumberKey {
    fileprivate func at(_ step: Int) -> NumberKey {
        switch self {
        case .value, .gradient, .clipped, .probability, .norm: .atStep(step, self)
        // What a step leaves is what the next one begins with.
        case .updated(let scalar): .atStep(step + 1, .value(scalar))
        case .remembered(let scalar, let memory, let isAfter):
            .atStep(isAfter ? step + 1 : step, .remembered(scalar, memory, isAfter: false))
        case .local, .contribution, .rest, .branch, .atStep: self
        }
    }
}

extension Arithmetic {
    fileprivate func renaming(_ rename: (NumberKey) -> NumberKey) -> Arithmetic {
        switch self {
        case .leaf(var leaf):
            leaf.key = leaf.key.map(rename)
            return .leaf(leaf)
        case .sum(let parts): return .sum(parts.map { $0.renaming(rename) })
        case .product(let parts): return .product(parts.map { $0.renaming(rename) })
        case .quotient(let a, let b): return .quotient(a.renaming(rename), b.renaming(rename))
        case .negation(let a): return .negation(a.renaming(rename))
        case .power(let a, let b): return .power(a.renaming(rename), b.renaming(rename))
        case .function(let function, let parts): return .function(function, parts.map { $0.renaming(rename) })
        }
    }
}
