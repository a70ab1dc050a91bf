import Autodiff
import Escaping
import Forms
import NeuralNetworks

/// Reads the lesson of an expression: its lines, and the values of its inputs and constants.
struct ProgramReader {
    let findings: Findings

    /// Nil where anything is wrong; diagnostics say what.
    func problem(_ lesson: Fields) -> ExpressionProblem? {
        var inputs = Inputs()
        read(.input, lesson, into: &inputs)
        read(.constant, lesson, into: &inputs)
        var (rule, state) = findings.rule(of: lesson)
        rule.frozen = frozen(lesson, inputs)
        if let state {
            let shapes = inputs.values(.input).map { (name: $0.name, shape: [Int]()) }
            rule.optimizer?.start = findings.start(state, shapes: shapes, of: "the expression", frozen: rule.frozen)
        }
        guard let program = program(lesson, inputs) else { return nil }
        let problem = ExpressionProblem(program, rule: rule)
        do {
            try problem.checkCost()
        } catch {
            findings.error(
                at: lesson.keyMark("steps"), path: .key(.root, "steps"), "\(error.count.grouped) \(error.what)",
                expected: "at most \(error.limit.grouped)")
            return nil
        }
        return problem
    }

    /// The frozen inputs: names under `at`.
    private func frozen(_ lesson: Fields, _ inputs: Inputs) -> Set<String> {
        guard let located = lesson.located("frozen") else { return [] }
        guard let elements = located.elements else {
            findings.mismatch(located, expected: "a list of names under at")
            return []
        }
        let known = inputs.values(.input).map(\.name)
        var frozen: Set<String> = []
        for element in elements {
            guard case .scalar(let word, _) = element.value.content, known.contains(word) else {
                findings.mismatch(element, expected: known.isEmpty ? "a name under at" : known.listed())
                continue
            }
            frozen.insert(word)
        }
        return frozen
    }

    private func program(_ lesson: Fields, _ inputs: Inputs) -> ExpressionProgram? {
        guard let located = lesson.located("expression") else { return nil }
        guard let written = written(located) else { return nil }
        var lines: [ExpressionProgram.Line] = []
        var names: [String: SourceMark] = [:]
        let later = written.map { ExpressionParser.name(of: $0.text) }
        let given = Set(later.compactMap(\.self))
        for (index, (line, text)) in written.enumerated() {
            let places = ScalarPlaces(of: line.value, text: text, in: findings.source)
            do {
                let parsed = try ExpressionParser.line(text)
                let start = places.mark(at: text.unicodeScalars.prefix { $0 == " " }.count)
                checkName(parsed.name, at: start, line, names: names, inputs: inputs)
                for use in parsed.uses
                where !findings.isFull && names[use.name] == nil && inputs[use.name] == nil
                    && (inputs.isComplete || given.contains(use.name))
                {
                    report(
                        use, at: places.mark(at: use.offset), line, own: parsed.name,
                        later: later.dropFirst(index + 1).compactMap(\.self), known: Array(names.keys) + Array(inputs.keys))
                }
                names[parsed.name] = names[parsed.name] ?? start
                lines.append(ExpressionProgram.Line(name: parsed.name, expression: parsed.expression))
            } catch {
                findings.error(
                    at: places.mark(at: error.offset), path: line.path, "\(line.path): \(error.what)",
                    expected: error.expected, hint: error.hint)
                // The name is kept, so that the lines that use it are not reported as well.
                if let name = later[index], names[name] == nil { names[name] = line.mark }
            }
        }
        guard findings.errors.isEmpty else { return nil }
        return ExpressionProgram(lines: lines, inputs: inputs.values(.input), constants: inputs.values(.constant))
    }

    private func written(_ located: Located) -> [(line: Located, text: String)]? {
        let elements: [Located]
        switch located.value.content {
        case .scalar where !located.value.isNull: elements = [located]
        case .list(let values) where !values.isEmpty: elements = located.elements ?? []
        default:
            findings.mismatch(located, expected: "a line name = expression, or a list of such lines")
            return nil
        }
        var lines: [(Located, String)] = []
        for element in elements {
            guard case .scalar(let text, _) = element.value.content, !element.value.isNull else {
                var hint: String?
                if case .map(let entries) = element.value.content, let entry = entries.first,
                    case .scalar(let text, _) = entry.value.content
                {
                    hint = "write \(Printable.shortened(entry.key)) = \(Printable.shortened(text))"
                }
                findings.mismatch(element, expected: "a line name = expression", hint: hint)
                continue
            }
            let trimmed = text.hasSuffix("\n") ? String(text.dropLast()) : text
            guard !trimmed.contains("\n") else {
                findings.error(
                    at: element, "\(element.path) has several lines", expected: "one line name = expression",
                    hint: "write a list: each line after \"- \"")
                continue
            }
            guard trimmed.unicodeScalars.count <= Limits.lineCharacters else {
                findings.error(
                    at: element, "\(element.path) has \(trimmed.unicodeScalars.count.grouped) characters",
                    expected: "at most \(Limits.lineCharacters.grouped)", hint: "name a part of it in a line of its own")
                continue
            }
            lines.append((element, trimmed))
        }
        return lines
    }

    // MARK: Inputs

    /// A value that is given by name: its key in the lesson, and its name in messages.
    private enum Given: String {
        case input = "at"
        case constant = "constants"

        var name: String { self == .input ? "an input" : "a constant" }
    }

    /// The values under `at` and `constants`, in the order of the file.
    private struct Inputs {
        var ordered: [(given: Given, name: String, value: Double)] = []
        var marks: [String: (given: Given, mark: SourceMark)] = [:]
        /// False where a value could not be read, so that a missing name cannot be reported.
        var isComplete = true

        subscript(name: String) -> (given: Given, mark: SourceMark)? { marks[name] }
        var keys: [String] { ordered.map(\.name) }

        func values(_ given: Given) -> [(name: String, value: Double)] { ordered.filter { $0.given == given }.map { ($0.name, $0.value) } }
    }

    private func read(_ given: Given, _ lesson: Fields, into inputs: inout Inputs) {
        guard let located = lesson.located(given.rawValue) else { return }
        guard case .map(let entries) = located.value.content else {
            if !located.value.isNull {
                findings.mismatch(located, expected: "a map of names and values", hint: "write \(given.rawValue): {x: 1, y: 2}")
                inputs.isComplete = false
            }
            return
        }
        for entry in entries {
            let path = DocumentPath.key(located.path, entry.key)
            let isFunction = ExpressionParser.functions.contains(entry.key)
            if isFunction || !ExpressionToken.isName(entry.key) {
                findings.error(
                    at: entry.keyMark, path: path, "\(Printable.quoted(entry.key)) can't be \(given.name)",
                    expected: isFunction ? "a name that is no function" : "a name of letters, digits and _, a letter first")
            }
            if let first = inputs[entry.key], first.given != given {
                findings.error(
                    at: entry.keyMark, path: path,
                    "\(Printable.quoted(entry.key)) is \(first.given.name) already, at \(first.mark.line):\(first.mark.column)",
                    expected: "each name once")
            }
            let value = findings.number(Located(value: entry.value, path: path))
            inputs.ordered.append((given, entry.key, value ?? 0))
            inputs.marks[entry.key] = (given, entry.keyMark)
        }
    }

    // MARK: Names

    private func checkName(
        _ name: String, at mark: SourceMark, _ line: Located, names: [String: SourceMark], inputs: Inputs
    ) {
        if ExpressionParser.functions.contains(name) {
            findings.error(
                at: mark, path: line.path, "\(line.path): \(name) is a function", expected: "another name")
        } else if let first = names[name] {
            findings.error(
                at: mark, path: line.path,
                "\(line.path): the name \(Printable.quoted(name)) is given twice, first at \(first.line):\(first.column)",
                expected: "each name once")
        } else if let first = inputs[name] {
            findings.error(
                at: mark, path: line.path,
                "\(line.path): \(Printable.quoted(name)) is \(first.given.name), at \(first.mark.line):\(first.mark.column)",
                expected: "another name")
        }
    }

    private func report(
        _ use: ExpressionParser.Use, at mark: SourceMark, _ line: Located, own: String, later: [String], known: [String]
    ) {
        guard !findings.isFull else { return findings.omit() }
        let name = Printable.quoted(use.name)
        // A message suggests from at most this many names.
        let known = known.sorted().prefix(200)
        if use.name == own {
            findings.error(
                at: mark, path: line.path, "\(line.path): \(name) is used in its own line", expected: "names of earlier lines")
        } else if later.contains(use.name) {
            findings.error(
                at: mark, path: line.path, "\(line.path): \(name) is used before its line",
                expected: "names of earlier lines", hint: "put the line that gives it first")
        } else {
            findings.error(
                at: mark, path: line.path, "\(line.path): \(name) has no value",
                expected: "a value under at or constants, or an earlier line",
                hint: known.nearest(to: use.name).map { "did you mean \"\($0)\"?" } ?? "add \(Printable.text(use.name)) under at")
        }
    }
}
