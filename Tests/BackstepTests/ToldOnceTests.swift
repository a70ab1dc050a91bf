import Drawing
import Foundation
import Notation
import Telling
import Testing
import Traces

@testable import Backstep
@testable import Reports

/// A lesson whose steps several writers tell.
struct ToldLesson: CustomTestStringConvertible, Sendable {
    let name: String
    let yaml: String
    var options = StepOptions()

    var testDescription: String { name }

    static let all: [ToldLesson] = {
        let bundled = BundledLessons.all.compactMap { bundled -> ToldLesson? in
            let lesson = ToldLesson(name: bundled.name, yaml: String(decoding: bundled.bytes, as: UTF8.self))
            return (try? lesson.steps()) == nil ? nil : lesson
        }
        let uncommon = UncommonLesson.all.map { lesson in
            var options = StepOptions()
            (options.granularity, options.only) = (lesson.granularity, lesson.only)
            return ToldLesson(name: lesson.name, yaml: lesson.yaml, options: options)
        }
        let random = RandomLesson.Kind.allCases.flatMap { kind in (11...14).map { RandomLesson(seed: $0, kind: kind) } }
        return bundled + uncommon + random.map { ToldLesson(name: $0.testDescription, yaml: $0.yaml) }
    }()

    func file() throws -> LessonFile { try LessonFile(yaml: yaml, name: name) }

    func steps() throws -> (trace: Trace, steps: [Step]) {
        let trace = try file().lesson.requiredTrace(for: "steps")
        let chosen = try options.only.map { try trace.units(named: $0) }
        return (trace, trace.steps(by: options.granularity, notation: options.picture.notation, only: chosen))
    }
}

@Suite("A step is told once: whoever writes it prints the same digits and the same sentence") struct ToldOnceTests {
    private func squeezed(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.isASCII ? $0 > " " : !$0.properties.isWhitespace }))
    }

    /// A long text in which many short ones are sought, byte by byte, since a search that minds canonical equivalence takes twenty seconds.
    private struct Written {
        private let bytes: [CChar]

        init(_ text: String) { bytes = Array(text.utf8CString) }

        func contains(_ part: String) -> Bool { strstr(bytes, part) != nil }
    }

    @Test("A number has one numeral in all lines of its step", arguments: ToldLesson.all) func digits(_ lesson: ToldLesson) throws {
        for step in try lesson.steps().steps {
            for told in step.told {
                for line in [told.line, told.flatLine].compactMap({ $0 }) + told.contributions.map(\.line) {
                    for (leaf, numeral) in zip(line.arithmetic.leaves, line.numerals) {
                        guard let key = leaf.key else { continue }
                        let usual = step.precision.numeral(leaf.value, key: key)
                        #expect(numeral == usual || leaf.value.isNaN, "\(step.question.plainText): \(line.formula.plainText)")
                    }
                }
                #expect(told.line.map { $0.result.text == told.result.text } ?? true)
                #expect(told.flatLine.map { $0.result.text == told.result.text } ?? true, "\(step.question.plainText)")
            }
        }
    }

    @Test("Page, Markdown, LaTeX and plain text", arguments: ToldLesson.all) func texts(_ lesson: ToldLesson) throws {
        let (trace, steps) = try lesson.steps()
        let report = Report(trace, steps: steps, title: lesson.name)
        let templates = try TemplateShelf.shared.get()
        let (page, markdown) = (Written(report.page(templates)), Written(report.markdown(templates)))
        let (latex, text) = (Written(report.derivation(templates)), Written(squeezed(report.plainText)))
        for step in steps {
            for told in step.told {
                if let numbers = told.numbers {
                    #expect(text.contains(squeezed(numbers.plainText)))
                    #expect(page.contains(Formula.row([.sign(.equals)] + numbers.parts).displayMathML))
                    #expect(markdown.contains(numbers.latex))
                }
                #expect(latex.contains(Formula.number(told.result).latex) || told.line == nil)
            }
            #expect(text.contains(squeezed(step.sentence.plainText)))
            #expect(page.contains(step.sentence.runningHTML) && latex.contains(step.sentence.runningLatex))
            for case .number(let number) in step.sentence.parts { #expect(markdown.contains(Formula.number(number).latex)) }
        }
    }

    @Test("Frames", arguments: ToldLesson.all) func frames(_ lesson: ToldLesson) throws {
        let steps = try lesson.steps().steps
        let most = 8
        let frames = try lesson.file().someFrames(try Press(), lesson.options, most: most)
        for (index, frame) in zip(stride(from: 0, to: steps.count, by: max(1, steps.count / most)), frames) {
            let step = steps[index]
            let drawn = squeezed(frame.content.textRuns.map(\.run.text).joined())
            #expect(frame.title == step.question.plainText)
            #expect(frame.description.hasPrefix(step.sentence.plainText))
            for told in step.told {
                if let flat = told.flatLine { #expect(frame.alternative.contains(flat.formula.plainText)) }
                if told.result.exponent == nil { #expect(drawn.contains(squeezed(told.result.text)), "\(frame.title)") }
            }
            for part in step.sentence.parts {
                switch part {
                case .words(let words):
                    for word in words.split(separator: " ").map({ String($0).unscripted }) {
                        #expect(drawn.contains(word), "\(word) in \(frame.title)")
                    }
                case .number(let number) where number.exponent == nil: #expect(drawn.contains(squeezed(number.text)))
                default: continue
                }
            }
        }
    }
}
