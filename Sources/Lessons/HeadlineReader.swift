import Autodiff
import Escaping
import Forms
import NeuralNetworks

/// Reads an author's headline: text with `{value ADDRESS}` and `{gradient ADDRESS}` in it, or `false` for none.
struct HeadlineReader {
    private let findings: Findings
    private let path: DocumentPath
    private let places: ScalarPlaces?
    private var parts: [Part] = []
    private let isHidden: Bool

    private enum Part {
        case words(String)
        case number(isGradient: Bool, address: String, offset: Int)
    }

    /// The syntax of a number in the text.
    private static let form = "{value ADDRESS} or {gradient ADDRESS}"

    init(_ lesson: Fields, findings: Findings) {
        self.findings = findings
        path = .key(.root, "headline")
        guard let located = lesson.located("headline") else {
            (places, isHidden) = (nil, false)
            return
        }
        switch located.value.content {
        case .scalar("false", isPlain: true):
            (places, isHidden) = (nil, true)
            return
        case .scalar("true", isPlain: true), .map, .list, .numbers:
            // Without quotes, YAML takes what begins with { for a map.
            if case .map = located.value.content {
                findings.mismatch(located, expected: "text, or false", hint: "write a text that begins with { in quotes")
            } else {
                findings.mismatch(located, expected: "text, or false")
            }
            (places, isHidden) = (nil, false)
        case .scalar(let text, _):
            isHidden = false
            guard text.contains(where: { !$0.isWhitespace }) else {
                findings.mismatch(located, expected: "text, or false")
                places = nil
                return
            }
            places = ScalarPlaces(of: located.value, text: text, in: findings.source)
            if let text = lesson.text("headline", most: Limits.titleCharacters) { split(Array(text.unicodeScalars)) }
        }
    }

    private mutating func split(_ text: [Unicode.Scalar]) {
        var words = String.UnicodeScalarView()
        var offset = 0
        while offset < text.count {
            guard text[offset] == "{" else {
                words.append(text[offset] == "\n" ? " " : text[offset])
                offset += 1
                continue
            }
            guard let end = text[offset...].firstIndex(of: "}") else { return error(at: offset, "the { has no }", expected: Self.form) }
            let start = text[(offset + 1)..<end].firstIndex { $0 != " " } ?? end
            let gap = text[start..<end].firstIndex(of: " ") ?? end
            let word = String(String.UnicodeScalarView(text[start..<gap]))
            guard word == "value" || word == "gradient" else {
                return error(
                    at: start, word.isEmpty ? "the {} is empty" : "{\(Printable.shortened(word)) …} is no number", expected: Self.form,
                    hint: ["value", "gradient"].nearest(to: word).map { "did you mean \"\($0)\"?" })
            }
            let first = text[gap..<end].firstIndex { $0 != " " } ?? end
            guard first < end else { return error(at: gap, "{\(word)} has no address", expected: Self.form) }
            let last = text[first..<end].lastIndex { $0 != " " } ?? first
            if !words.isEmpty { parts.append(.words(String(words))) }
            words = String.UnicodeScalarView()
            let address = String(String.UnicodeScalarView(text[first...last]))
            parts.append(.number(isGradient: word == "gradient", address: address, offset: first))
            offset = end + 1
        }
        if !words.isEmpty { parts.append(.words(String(words))) }
    }

    private func error(at offset: Int, _ what: String, expected: String?, hint: String? = nil) {
        guard let places else { return }
        findings.error(at: places.mark(at: offset), path: path, "\(path): \(what)", expected: expected, hint: hint)
    }

    /// The headline, once the subject has been read; in an experiment, which has no trace, text alone.
    func headline(of subject: Lesson.Subject) -> Headline {
        guard !isHidden else { return .none }
        guard !parts.isEmpty else { return .found }
        let tape = parts.contains { if case .number = $0 { true } else { false } } ? subject.tape : nil
        return .written(
            parts.compactMap { part in
                switch part {
                case .words(let text): .words(text)
                case .number(let isGradient, let address, let offset):
                    number(isGradient, address, offset, of: subject, on: tape)
                }
            })
    }

    private func number(_ isGradient: Bool, _ address: String, _ offset: Int, of subject: Lesson.Subject, on tape: Tape?) -> Headline.Part?
    {
        guard let tape else {
            if case .experiment = subject { error(at: offset, "an experiment has no trace to take {…} from", expected: "words") }
            return nil
        }
        do {
            let scalar = try tape.scalar(at: address)
            guard isGradient else { return .value(scalar) }
            guard tape[scalar.tensor].origin != .source(.constant) else {
                error(at: offset, "\(address) has no gradient", expected: "{value \(address)}")
                return nil
            }
            return .gradient(scalar)
        } catch {
            self.error(at: offset, error.what, expected: error.expected, hint: error.hint)
            return nil
        }
    }
}

extension Lesson.Subject {
    /// The tape of the trace; nil for an experiment.
    fileprivate var tape: Tape? {
        switch self {
        case .network(let problem): try? problem.lowered().tape
        case .expression(let problem): problem.program.lowered().tape
        case .experiment: nil
        }
    }
}
