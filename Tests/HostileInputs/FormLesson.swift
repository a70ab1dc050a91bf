import Forms
import Lessons
import NeuralNetworks

/// Lessons that the language's own forms allow, or nearly allow, of numbers that nobody means: denormal, huge, 0, equal, at the ends of
/// their range and beyond.
///
/// Which keys there are, and what each may hold, is read off the forms: a key that is new there is drawn here with no further work.
package struct FormLesson {
    private var generator: SeededGenerator
    /// The share of numbers that are extreme, and the share of keys whose value is none that the form allows.
    private let extremes: Double
    private let faults: Double
    private var names = 0

    package init(seed: UInt64) {
        generator = SeededGenerator(seed &* 0x9E37_79B9_7F4A_7C15 ^ 0x5851_F42D_4C95_7F2D)
        extremes = [0.05, 0.3, 0.9].randomElement(using: &generator) ?? 0.3
        faults = [0, 0, 0, 0.02, 0.1].randomElement(using: &generator) ?? 0
    }

    /// A lesson as YAML of one line a key. Keys are drawn without regard to each other, so that many lessons say what means nothing: where no fault is
    /// wanted, those that the reader refuses are drawn again, a few times.
    package mutating func text() -> String {
        for _ in 0..<(faults > 0 ? 0 : 5) {
            let text = draft()
            if (try? LessonReader.read(text: text, file: "f")) != nil { return text }
        }
        return draft()
    }

    private mutating func draft() -> String {
        names = 0
        let kind = LessonKind.allCases.randomElement(using: &generator) ?? .network
        switch kind {
        case .network: return network(kind.form)
        case .expression: return expression(kind.form)
        case .recording: return recording(kind.form)
        case .experiment: return block(kind.form, written: [:])
        }
    }

    /// A number for a place where any may stand.
    package mutating func anyNumber() -> String { chance(0.5) ? number(.any) : whole(.min ... .max) }

    /// One of the words, or something else.
    package mutating func word(_ words: [String]) -> String {
        chance(0.9) ? words.randomElement(using: &generator) ?? "" : Self.oddities.randomElement(using: &generator) ?? ""
    }

    package mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

    package mutating func upTo(_ most: Int) -> Int { Int.random(in: 0...max(most, 0), using: &generator) }
}

extension FormLesson {
    /// The form's map, a line a key; `written` are values that are known already.
    /// - Parameter without: keys that mean nothing here.
    private mutating func block(_ form: Form, written: [String: String], without: Set<String> = []) -> String {
        entries(form, written: written, without: without).map { "\($0.key): \($0.value)\n" }.joined()
    }

    private mutating func map(_ form: Form) -> String {
        "{" + entries(form, written: [:]).map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }

    private mutating func entries(
        _ form: Form, written: [String: String], without: Set<String> = []
    ) -> [(key: String, value: String)] {
        var keys = form.keys.filter { key in
            if written[key.name] != nil { return true }
            // A file of parameters is refused where there is none.
            if without.contains(key.name) || key.name == "weights" { return chance(faults) }
            switch key.type {
            case .tensor: return chance(0.15)
            // Without it, the default's size is more than a run has time for.
            case .whole: return chance(0.9)
            default: break
            }
            return key.presence == .required ? !chance(faults) : chance(0.4)
        }
        if form.takesOne, let one = form.keys.randomElement(using: &generator), !chance(faults) { keys = [one] }
        var entries = keys.map { (key: $0.name, value: written[$0.name] ?? value($0)) }
        if chance(faults) { entries.append(("\(Self.oddities.randomElement(using: &generator) ?? "x")", "1")) }
        return entries
    }

    private mutating func value(_ key: Form.Key) -> String {
        if chance(faults) { return Self.oddities.randomElement(using: &generator) ?? "~" }
        if key.name == "name" {
            // Most are their own.
            names += 1
            return chance(0.95) ? "n\(names)" : "\"\u{202E}β = 10⁻³ & <n>\""
        }
        return value(key.type)
    }

    private mutating func value(_ type: ValueType) -> String {
        switch type {
        case .text: return chance(0.9) ? "text \(upTo(9))" : "\"\u{301}{x} & <b> $x_1$ \\\\n ### \""
        case .truth: return chance(0.5) ? "true" : "false"
        case .whole(let range): return whole(range)
        case .seed: return seed()
        case .number(let range): return number(range)
        case .word(let words): return words.randomElement(using: &generator) ?? "x"
        case .tensor: return Self.unshaped
        case .list(let element): return list(of: element)
        case .table(let element): return "{x: \(value(element)), y: \(value(element))}"
        case .form(let form): return map(form)
        case .either(let types): return types.randomElement(using: &generator).map { value($0) } ?? "~"
        case .choice(let choice): return option(choice)
        case .layers: return "[" + (0...upTo(3)).map { _ in option(LayerForms.layer) }.joined(separator: ", ") + "]"
        case .kinds(let forms): return forms.randomElement(using: &generator).map { map($0) } ?? "~"
        }
    }

    private mutating func list(of type: ValueType) -> String {
        let count = chance(0.5) ? 2 : 1 + upTo(3)
        var values = (0..<count).map { _ in value(type) }
        // Equal ends.
        if chance(0.3), let first = values.first { values = values.map { _ in first } }
        // Variants that differ in their names alone have the names of both.
        if case .form = type { values = (0..<count).map { _ in value(type) } }
        return "[" + values.joined(separator: ", ") + "]"
    }

    private mutating func option(_ choice: Choice) -> String {
        guard let option = choice.options.randomElement(using: &generator) else { return "~" }
        switch option.payload {
        case .nothing: return option.word
        case .value(let type): return "{\(option.word): \(value(type))}"
        case .form(let form, let short):
            let key = form.keys.first { $0.name == short }
            if let key, chance(0.4) { return "{\(option.word): \(value(key))}" }
            let needs = form.keys.contains { $0.presence == .required }
            return !needs && chance(0.4) ? option.word : "{\(option.word): \(map(form))}"
        }
    }
}

// MARK: Numbers

extension FormLesson {
    private static let large = [
        "0", "-0.0", "5e-324", "-5e-324", "1e-320", "2.2250738585072014e-308", "1e-300", "-1e-300", "1e-17", "1e-14", "1e-12", "-1e-12",
        "1e-8",
        "0.9999999999999999", "1", "1.0000000000000002", "-1", "2", "12", "700", "-745", "1e15", "-1e15", "9007199254740993", "1e19",
        "1e154", "-9223372036854775808", "4503599627370497.5",
        "1e155", "-1e200", "1e300", "-1e300", "1.7e308", "-1.7e308", "1.7976931348623157e308",
    ]
    private static let usual = ["0", "1", "-1", "0.5", "-0.25", "2", "0.1", "0.01", "3", "-0.333", "10"]
    /// What no key means.
    private static let oddities = [
        "~", "[]", "{}", "\"\"", "\"1\"", ".nan", ".inf", "-.inf", "1e400", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808",
        "1e", "[[[]]]", "[1, [2]]", "true", "no", "12:30", "0x10", "{a: 1}", "x", "-1", "0", "1.5", "1e15",
    ]

    private mutating func number(_ range: ValueType.NumberRange) -> String {
        for _ in 0..<20 {
            let text = (chance(extremes) ? Self.large : Self.usual).randomElement(using: &generator) ?? "1"
            guard let value = Double(text) else { continue }
            if range.contains(value) { return text }
        }
        return "0.5"
    }

    private mutating func seed() -> String {
        if chance(faults) { return ["-1", "18446744073709551616", "1.5"].randomElement(using: &generator) ?? "-1" }
        return chance(extremes) ? ["18446744073709551615", "9223372036854775808"].randomElement(using: &generator) ?? "0" : "\(upTo(9))"
    }

    /// Most are small, so that most lessons are small enough to be run.
    private mutating func whole(_ range: ClosedRange<Int>) -> String {
        let near = range.lowerBound == .min ? 0 : range.lowerBound
        switch upTo(19) {
        case 0 where chance(extremes): return "\(range.upperBound)"
        case 1 where chance(extremes): return "\(range.upperBound - (range.upperBound > range.lowerBound ? 1 : 0))"
        case 2 where chance(faults): return range.upperBound == .max ? "9223372036854775808" : "\(range.upperBound + 1)"
        case 3 where chance(faults): return range.lowerBound == .min ? "-9223372036854775809" : "\(range.lowerBound - 1)"
        case 4: return "\(min(near.addingReportingOverflow(upTo(40)).partialValue, range.upperBound))"
        case 5...9: return "\(range.lowerBound)"
        default: return "\(min(near.addingReportingOverflow(1 + upTo(3)).partialValue, range.upperBound))"
        }
    }
}

// MARK: What belongs together

extension FormLesson {
    /// Written for a tensor whose shape only the reader knows.
    private static let unshaped = "[[[[[0]]]]]"

    /// A network and its batch, with numbers of its own in some of its parameters.
    private mutating func network(_ form: Form) -> String {
        let batch = 1 + upTo(3)
        var written: [String: String] = [:]
        let shape =
            [[1 + upTo(3)], [1 + upTo(2), 1 + upTo(5), 1 + upTo(5)], [1 + upTo(4), 1 + upTo(2)]].randomElement(using: &generator) ?? [1]
        let isSequence = shape.count == 2
        let isOfTokens = isSequence && chance(0.3)
        let sequence = "{time: \(shape[0]), \(isOfTokens ? "tokens: 3" : "features: \(shape[shape.count - 1])")}"
        let input = shape.count == 1 ? "\(shape[0])" : isSequence ? sequence : "\(shape)"
        var layers = value(ValueType.layers)
        if isOfTokens { layers = "[{embedding: {size: \(shape[1])}}, " + layers.dropFirst() }
        // An output of another shape than the last layer's, and a sequence's last state.
        if chance(0.5) {
            layers = layers.dropLast() + (isSequence ? ", {rnn: 2}, " : shape.count == 3 ? ", flatten, " : ", ") + "{dense: 2}]"
        }
        written["network"] =
            "{input: \(chance(faults) ? whole(1...Limits.units) : input), seed: \(seed()), "
            + (chance(0.3) ? "initializer: \(option(LayerForms.initializer)), " : "") + "layers: \(layers)}"
        let loss = form.keys.first { $0.name == "loss" }.map { value($0) } ?? "half-squared-error"
        written["loss"] = loss
        let steps = self.steps(form, into: &written)
        let classes = "[" + (0..<batch).map { _ in "\(upTo(1))" }.joined(separator: ", ") + "]"
        let isOfClasses = loss.contains("cross") && !loss.contains("binary") || loss.contains("hinge")
        written["data"] =
            "{inputs: \(isOfTokens ? tensor([batch, shape[0]]) { "\($0.upTo(2))" } : tensor([batch] + shape) { $0.number(.any) })"
            + (loss.contains("output-sum") ? "}" : ", targets: \(isOfClasses ? classes : Self.unshaped)}")
        written["frozen"] = chance(0.2) ? "[\(word(["bias", "weight", "n1", "n2", "n1.weight", "input-weight", "projection"]))]" : nil
        return shaped(block(form, written: written, without: steps), batch: batch, targets: loss.contains("binary") ? .fraction : .any)
    }

    /// A recording of a few layers and steps, or several of them.
    private mutating func recording(_ form: Form) -> String {
        let layers = 1 + upTo(2)
        let runs = (0...upTo(2)).map { _ in "{name: \(value(Form.Key("name", .text, ""))), lines: \(recordedLines(layers: layers))}" }
        var written = ["recording": chance(0.5) ? runs[0] : "[\(runs.joined(separator: ", "))]"]
        // Words that must not be drawn twice, and steps that were recorded.
        written["figures"] = "[\(["page", "heat", "loss, decay", "updates, units"].randomElement(using: &generator) ?? "page")]"
        written["steps"] = chance(0.3) ? "[0]" : nil
        written["layers"] = chance(0.3) ? "[l]" : nil
        return block(form, written: written, without: ["figures", "steps", "layers"])
    }

    private mutating func recordedLines(layers: Int) -> String {
        let kinds = ["Linear", "ReLU", "Tanh", "Sigmoid", ""]
        let head = (0..<layers).map { "{\"name\": \"l\($0)\", \"kind\": \"\(kinds[upTo(kinds.count - 1)])\"}" }.joined(separator: ", ")
        var lines = ["{\"format\": \"backstep.recording\", \"version\": 1, \"layers\": [\(head)]}"]
        for step in 0...upTo(4) {
            let parts = (0..<layers).map { layer in
                "\"l\(layer)\": {\"activation\": {\"zeros\": \(recordedNumber(isShare: true))}, \"gradient\": {\"norm\": \(recordedNumber())}, "
                    + "\"weight\": {\"norm\": \(recordedNumber()), \"update\": \(recordedNumber())}}"
            }
            lines.append("{\"step\": \(step), \"loss\": \(recordedNumber()), \"layers\": {\(parts.joined(separator: ", "))}}")
        }
        let text = lines.joined(separator: "\n").replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(text)\""
    }

    private mutating func recordedNumber(isShare: Bool = false) -> String {
        if chance(extremes / 2) { return isShare ? "\"nan\"" : ["\"nan\"", "\"inf\"", "null"].randomElement(using: &generator) ?? "null" }
        return isShare ? "0.\(upTo(99))" : number(.zeroOrMore).replacing("-0.0", with: "0")
    }

    /// An optimizer and a few steps, or neither.
    /// - Returns: keys that mean nothing without it.
    private mutating func steps(_ form: Form, into written: inout [String: String]) -> Set<String> {
        guard chance(0.5), let optimizer = form.key("optimizer") else { return ["optimizer", "steps"] }
        written["optimizer"] = value(optimizer)
        written["steps"] = chance(faults) ? whole(1...Limits.trainingSteps) : "\(1 + upTo(3))"
        return []
    }

    /// The lesson with numbers in the shape that the reader asks for, wherever that was not known.
    private mutating func shaped(_ lesson: String, batch: Int, targets: ValueType.NumberRange) -> String {
        var lesson = lesson
        // Layer by layer, since a shape follows from those before it.
        for _ in 0..<8 {
            var lines = lesson.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
            var filled = 0
            // Backwards, so that the places before stay where they are.
            for place in Self.wrongShapes(in: lesson).sorted(by: { ($0.line, $0.column) > ($1.line, $1.column) }) {
                guard place.line <= lines.count, place.column <= lines[place.line - 1].count else { continue }
                let rest = lines[place.line - 1][(place.column - 1)...]
                guard rest.starts(with: Self.unshaped.unicodeScalars), let shape = Self.shape(place.expected, batch: batch) else {
                    continue
                }
                let isMask = place.path.hasSuffix("mask")
                let numbers = tensor(shape) { isMask ? "\($0.upTo(1))" : $0.number(place.path == "data.targets" ? targets : .any) }
                lines[place.line - 1].replaceSubrange(
                    place.column - 1..<place.column - 1 + Self.unshaped.unicodeScalars.count, with: numbers.unicodeScalars)
                filled += 1
            }
            guard filled > 0 else { break }
            lesson = lines.map { line in line.reduce(into: "") { $0.unicodeScalars.append($1) } }.joined(separator: "\n")
        }
        return lesson
    }

    private static func wrongShapes(in lesson: String) -> [Diagnostic] {
        do {
            _ = try LessonReader.read(text: lesson, file: "f")
            return []
        } catch {
            return error.errors.filter { $0.expected?.hasPrefix("[") == true }
        }
    }

    /// `[batch, 2]: dense1 gives …` as the numbers of entries along the axes.
    private static func shape(_ expected: String?, batch: Int) -> [Int]? {
        guard let expected, let end = expected.firstIndex(of: "]") else { return nil }
        return expected[..<end].dropFirst().split(separator: ",").map { $0.drop { $0 == " " } }.compactMap {
            $0 == "batch" ? batch : Int($0)
        }
    }

    private mutating func tensor(_ shape: [Int], _ entry: (inout FormLesson) -> String) -> String {
        guard let count = shape.first else { return entry(&self) }
        // What nobody could compute need not be written.
        guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) < 20_000 else { return "[0]" }
        return "[" + (0..<count).map { _ in tensor(Array(shape.dropFirst()), entry) }.joined(separator: ", ") + "]"
    }

    private mutating func expression(_ form: Form) -> String {
        var known = ["x", "y", "c"]
        var lines: [String] = []
        for line in 0...upTo(4) {
            lines.append("\"r\(line) = \(sum(known, depth: 0))\"")
            known.append("r\(line)")
        }
        var written = ["expression": "[" + lines.joined(separator: ", ") + "]", "at": "{x: \(number(.any)), y: \(number(.any))}"]
        written["constants"] = "{c: \(number(.any))}"
        written["frozen"] = chance(0.3) ? "[\(word(["x", "y"]))]" : "[]"
        let without = steps(form, into: &written)
        return block(form, written: written, without: without)
    }

    private mutating func sum(_ known: [String], depth: Int) -> String {
        guard depth < 4, chance(0.75) else { return chance(0.6) ? known.randomElement(using: &generator) ?? "x" : number(.zeroOrMore) }
        switch upTo(5) {
        case 0...2:
            let sign = ["+", "-", "*", "/", "^"].randomElement(using: &generator) ?? "+"
            return "(\(sum(known, depth: depth + 1)) \(sign) \(sum(known, depth: depth + 1)))"
        case 3: return "-\(sum(known, depth: depth + 1))"
        default:
            let function = ExpressionParser.functions.randomElement(using: &generator) ?? "exp"
            let isOfTwo = ["max", "min"].contains(function)
            return "\(function)(\(sum(known, depth: depth + 1))\(isOfTwo ? ", \(sum(known, depth: depth + 1))" : ""))"
        }
    }
}
